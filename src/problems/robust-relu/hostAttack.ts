import type {DataPart} from '../../core/data.ts';
import type {Snapshot} from '../../core/protocol.ts';
import {randomStream} from '../../core/random.ts';

/** How a sample is attacked: within |delta|_inf <= epsilon, by so many steps. */
export interface Attack {
  readonly epsilon: number;
  readonly steps: number;
}

/** Starts of a measured attack: the sample itself, and fixed points of its box. */
export const STARTS = 3;

/** 2.5 epsilon / steps: enough to cross the box and to turn round in it (Madry et al. 2018). */
export const stepLength = ({epsilon, steps}: Attack): number => (2.5 * epsilon) / steps;

/**
 * The first deviations, STARTS x n x d in units of epsilon: zeros, then points drawn evenly from the box, always the
 * same ones. The constant input stays. Where a network is flat around a sample its gradient says nothing; the other
 * starts may still lie on a slope.
 */
export function startingPoints(n: number, d: number): Float64Array {
  const random = randomStream(0, 'attack starts');
  return Float64Array.from({length: STARTS * n * d}, (_, at) => {
    const drawn = at >= n * d && at % d !== d - 1;
    return drawn ? 2 * random.uniform() - 1 : 0;
  });
}

/** y f(x + delta) at one point; its gradient in x goes to `slope` (d numbers). */
function marginAt({values, shapes}: Snapshot, point: Float64Array, y: number, slope: Float64Array): number {
  const [m, d] = shapes.u;
  let margin = 0;
  slope.fill(0);
  for (let j = 0; j < m; j++) {
    let z = 0;
    for (let t = 0; t < d; t++) z += values[j * d + t] * point[t];
    if (z <= 0) continue;
    const alpha = y * values[m * d + j];
    margin += alpha * z;
    for (let t = 0; t < d; t++) slope[t] += alpha * values[j * d + t];
  }
  return margin;
}

/**
 * The smallest margin y_i f(x_i + delta_i) that projected sign-gradient descent sees from any of its starts, n numbers:
 *
 *   delta <- clip(delta - a sign(y grad_x f(x + delta)), -epsilon, epsilon),   a = 2.5 epsilon / steps.
 *
 * The sample itself is one of the points seen, so this is at most the clean margin; the true minimum may be lower still.
 * @param starts first deviations in units of epsilon, a whole number of times n x d
 */
export function attackedMargins(network: Snapshot, part: DataPart, attack: Attack, starts: Float64Array): Float64Array {
  const d = network.shapes.u[1];
  const {n, x, y} = part;
  const {epsilon} = attack;
  const length = stepLength(attack);
  const point = new Float64Array(d);
  const delta = new Float64Array(d);
  const slope = new Float64Array(d);
  const worst = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const runs = epsilon > 0 ? starts.length / (n * d) : 1;
  const steps = epsilon > 0 ? attack.steps : 0;
  for (let run = 0; run < runs; run++) {
    for (let i = 0; i < n; i++) {
      for (let t = 0; t < d; t++) delta[t] = epsilon * starts[(run * n + i) * d + t];
      for (let step = 0; ; step++) {
        for (let t = 0; t < d; t++) point[t] = x[i * d + t] + delta[t];
        worst[i] = Math.min(worst[i], marginAt(network, point, y[i], slope));
        if (step === steps) break;
        for (let t = 0; t < d - 1; t++) delta[t] = Math.max(-epsilon, Math.min(epsilon, delta[t] - length * Math.sign(slope[t])));
      }
    }
  }
  return worst;
}
