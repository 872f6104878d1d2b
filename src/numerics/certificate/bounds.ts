import type {HostDual, HostLoss} from '../../core/hostProblem.ts';

/** Rounding in the pricing of a pattern is far below this share; a bound never relies on the digits beyond it. */
const SLACK = 1e-11;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** -loss*(-c z), the dual objective; -Infinity outside its domain. */
function dualObjective(dual: HostDual, z: Float64Array, y: Float64Array, c: number): number {
  let sum = 0;
  for (let i = 0; i < z.length; i++) sum += dual.gain(c * z[i], y[i]);
  return sum;
}

/** z with every entry moved into the dual's domain. */
export function intoDomain({domain: [low, high]}: HostDual, z: Float64Array, y: Float64Array): Float64Array {
  return Number.isFinite(high) ? z.map((value, i) => y[i] * Math.min(high, Math.max(low, y[i] * value))) : z;
}

/**
 * The best lower bound that a direction z gives: the largest -loss*(-c z) over 0 <= c <= beta / norm, where `norm` is
 * the most that any neuron of unit weights gains from z. Every such c z is dual feasible, so the bound holds whatever
 * z is; a poor z only makes it low. The function of c is concave: golden section.
 */
export function lowerBound(dual: HostDual, z: Float64Array, y: Float64Array, norm: number, beta: number): number {
  const objective = (c: number): number => dualObjective(dual, z, y, c);
  const most = norm > 0 ? beta / (norm * (1 + SLACK)) : 1;
  let [low, high] = [0, most];
  let [a, b] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [fa, fb] = [objective(a), objective(b)];
  for (let pass = 0; pass < 80; pass++) {
    if (fa < fb) {
      [low, a, fa] = [a, b, fb];
      b = low + GOLDEN * (high - low);
      fb = objective(b);
    } else {
      [high, b, fb] = [b, a, fa];
      a = high - GOLDEN * (high - low);
      fa = objective(a);
    }
  }
  // 0 is feasible, and so is the end of the range, where the maximum often lies.
  return Math.max(objective(0), objective(most), fa, fb);
}

/** One neuron: alpha relu(u . x), or with a gate alpha 1[gate . x >= 0] (u . x). */
export interface Neuron {
  /** |alpha| |u| along the direction: sign |u| |alpha| u / |u| in one vector of length d. */
  readonly v: Float64Array;
  readonly sign: 1 | -1;
  /** The pattern's gate, where the network holds one. */
  readonly gate: Float64Array | null;
}

/** J = sum loss(f(x_i), y_i) + beta sum |v|, by running the network itself. */
export function networkObjective(
  {n, d, x, y, loss, beta}: {readonly n: number; readonly d: number; readonly x: Float64Array; readonly y: Float64Array; readonly loss: HostLoss; readonly beta: number},
  neurons: readonly Neuron[],
): number {
  const f = new Float64Array(n);
  let penalty = 0;
  for (const {v, sign, gate} of neurons) {
    penalty += Math.hypot(...v);
    for (let i = 0; i < n; i++) {
      let z = 0;
      let open = 0;
      for (let c = 0; c < d; c++) {
        z += x[i * d + c] * v[c];
        if (gate) open += x[i * d + c] * gate[c];
      }
      if (gate ? open >= 0 : z > 0) f[i] += sign * z;
    }
  }
  let sum = 0;
  for (let i = 0; i < n; i++) sum += loss.value(f, y, i, 1);
  return sum + beta * penalty;
}
