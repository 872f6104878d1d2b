import type {HostLoss} from '../../core/hostProblem.ts';
import {backwardNet, type Forward, forwardNet, type HostNet, type NetGradient, signOf} from './netHost.ts';
import {ADAM, type NetMethod, rateFactor, SHORTEST_ROW, temperature} from './netMethod.ts';
import {layerShapes, type NetModel, neuronOfWeights} from './netModel.ts';

/** The training step in float64, the oracle of the tensor code: one network, draws given. */

const REAL = ['bias', 'scale', 'shift'] as const;
type Reals = Readonly<Record<(typeof REAL)[number], Float64Array>>;

export interface StepState {
  readonly mu: Float64Array;
  /** rank x weights. */
  readonly z: Float64Array;
  readonly real: Reals;
  /** Adam's two averages of mu, Z and the real parameters. */
  readonly moments: {readonly mu: Moments; readonly z: Moments; readonly real: Readonly<Record<(typeof REAL)[number], Moments>>};
}

interface Moments {
  readonly m: Float64Array;
  readonly s: Float64Array;
}

const zeroMoments = (length: number): Moments => ({m: new Float64Array(length), s: new Float64Array(length)});

export const startStep = (mu: Float64Array, z: Float64Array, real: Reals): StepState => ({
  mu, z, real,
  moments: {
    mu: zeroMoments(mu.length),
    z: zeroMoments(z.length),
    real: {bias: zeroMoments(real.bias.length), scale: zeroMoments(real.scale.length), shift: zeroMoments(real.shift.length)},
  },
});

export interface StepDraw {
  /** rank x neurons, normal. */
  readonly r: Float64Array;
  /** One a weight: normal for matching noise, uniform on (-1, 1) for rounding; empty without noise. */
  readonly e: Float64Array;
}

/** Training samples as the network's inputs. */
export interface StepBatch {
  readonly n: number;
  readonly rows: Float64Array;
  readonly y: Float64Array;
}

/** What a step computes on its way, at r itself where it also looks at -r. */
export interface StepTrace extends Forward {
  readonly weights: Int8Array;
  readonly loss: number;
  /** In the weights. */
  readonly gradient: Float64Array;
  /** Of mu and Z, after the projection. */
  readonly muGradient: Float64Array;
  readonly zGradient: Float64Array;
  readonly factor: number;
}

/** Adam's move of a whole array: the new values and averages. */
function moved(values: Float64Array, gradient: Float64Array, {m, s}: Moments, rate: number, iteration: number): {readonly values: Float64Array; readonly moments: Moments} {
  const {beta1, beta2, epsilon} = ADAM;
  const nextM = m.map((old, i) => beta1 * old + (1 - beta1) * gradient[i]);
  const nextS = s.map((old, i) => beta2 * old + (1 - beta2) * gradient[i] ** 2);
  const [c1, c2] = [1 - beta1 ** iteration, 1 - beta2 ** iteration];
  return {
    values: values.map((value, i) => value - (rate * (nextM[i] / c1)) / (Math.sqrt(nextS[i] / c2) + epsilon)),
    moments: {m: nextM, s: nextS},
  };
}

/** Rows (mu_i, Z_i) of length 1. */
export function retracted(mu: Float64Array, z: Float64Array): {readonly mu: Float64Array; readonly z: Float64Array} {
  const count = mu.length;
  const rank = z.length / count;
  const lengths = mu.map((value, i) => {
    let square = value * value;
    for (let c = 0; c < rank; c++) square += z[c * count + i] ** 2;
    return Math.max(Math.sqrt(square), SHORTEST_ROW);
  });
  return {mu: mu.map((value, i) => value / lengths[i]), z: z.map((value, at) => value / lengths[at % count])};
}

interface Sampled {
  readonly weights: Int8Array;
  readonly loss: number;
  readonly forward: Forward;
  readonly gradient: NetGradient;
}

function sampledGradient(model: NetModel, loss: HostLoss, net: HostNet & {readonly weights: Int8Array}, {n, rows, y}: StepBatch): Sampled {
  const k = model.outputs;
  const forward = forwardNet(model, net, rows, n);
  const df = new Float64Array(n * k);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += loss.value(forward.f, y, i, k);
    loss.derivative(forward.f, y, i, df, k);
  }
  return {weights: net.weights, loss: sum / n, forward, gradient: backwardNet(model, net, rows, n, forward, df.map((value) => value / n))};
}

/** One step of `method` from `state`. @param iteration from 1 */
export function trainingStep(
  model: NetModel, loss: HostLoss, method: NetMethod, state: StepState, draw: StepDraw, batch: StepBatch, iteration: number,
): {readonly state: StepState; readonly trace: StepTrace} {
  const {mu, z, real} = state;
  const count = mu.length;
  const neurons = model.hidden + model.outputs;
  const neuronOf = neuronOfWeights(layerShapes(model));
  const t = temperature(method, iteration);
  /** The draw that weight i meets in column c of Z. */
  const drawn = (c: number, i: number, side: number): number => side * t * draw.r[c * neurons + neuronOf[i]];
  const own = (i: number): number => (method.noise === 'none' ? 0 : draw.e[i] * (method.noise === 'matching' ? Math.sqrt(Math.max(0, 1 - mu[i] ** 2)) : 1));

  const sides = method.antithetic ? [1, -1] : [1];
  const muGradient = new Float64Array(count);
  const zGradient = new Float64Array(z.length);
  const realGradient = {bias: real.bias.map(() => 0), scale: real.scale.map(() => 0), shift: real.shift.map(() => 0)};
  const looked = sides.map((side) => {
    const weights = Int8Array.from(mu, (value, i) => {
      let a = value + own(i);
      for (let c = 0; c < method.rank; c++) a += z[c * count + i] * drawn(c, i, side);
      return signOf(a);
    });
    const sampled = sampledGradient(model, loss, {weights, ...real}, batch);
    for (let i = 0; i < count; i++) {
      const g = sampled.gradient.weights[i] / sides.length;
      muGradient[i] += g;
      for (let c = 0; c < method.rank; c++) zGradient[c * count + i] += g * drawn(c, i, side);
    }
    for (const name of REAL) for (let i = 0; i < real[name].length; i++) realGradient[name][i] += sampled.gradient[name][i] / sides.length;
    return sampled;
  });
  if (method.tangent) projectOnTangent(mu, z, muGradient, zGradient);

  const factor = rateFactor(method, iteration);
  const rate = method.learningRate * factor;
  const nextMu = moved(mu, muGradient, state.moments.mu, rate, iteration);
  const nextZ = moved(z, zGradient, state.moments.z, rate * method.zRate, iteration);
  const nextReal = REAL.map((name) => [name, moved(real[name], realGradient[name], state.moments.real[name], method.realRate * factor, iteration)] as const);
  const free = method.clip ? nextMu.values.map((value) => Math.max(-1, Math.min(1, value))) : nextMu.values;
  const rows = method.start === 'sphere' ? retracted(free, nextZ.values) : {mu: free, z: nextZ.values};
  const first = looked[0];
  return {
    state: {
      ...rows,
      real: Object.fromEntries(nextReal.map(([name, {values}]) => [name, values])) as unknown as Reals,
      moments: {mu: nextMu.moments, z: nextZ.moments, real: Object.fromEntries(nextReal.map(([name, {moments}]) => [name, moments])) as unknown as StepState['moments']['real']},
    },
    trace: {...first.forward, weights: first.weights, loss: first.loss, gradient: first.gradient.weights, muGradient, zGradient, factor},
  };
}

/** G - (G . row) row for each row (mu_i, Z_i), in place. */
function projectOnTangent(mu: Float64Array, z: Float64Array, muGradient: Float64Array, zGradient: Float64Array): void {
  const count = mu.length;
  const rank = z.length / count;
  for (let i = 0; i < count; i++) {
    let along = muGradient[i] * mu[i];
    for (let c = 0; c < rank; c++) along += zGradient[c * count + i] * z[c * count + i];
    muGradient[i] -= along * mu[i];
    for (let c = 0; c < rank; c++) zGradient[c * count + i] -= along * z[c * count + i];
  }
}
