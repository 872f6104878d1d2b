import * as tf from '@tensorflow/tfjs-core';
import type {BinaryBatch, TensorLoss, Vars} from '../../core/problem.ts';
import type {NetModel} from '../../numerics/binary/netModel.ts';

/** R networks with weights in {-1, +1}, on the device; see NetModel. */
export interface Nets {
  /** [R, hidden, inputs]. */
  readonly w1: tf.Tensor3D;
  /** [R, outputs, sums]. */
  readonly w2: tf.Tensor3D;
  /** `bias` [R, hidden], `scale` and `shift` [R, outputs]; empty where all parameters are binary. */
  readonly real: Vars;
}

/** +1 where a >= 0, else -1; tf.sign(0) is 0. With `negated` the argument is -a, which saves an operation. */
export const signs = <T extends tf.Tensor>(a: T, negated = false): T => tf.sub(1, tf.mul(2, tf.step(negated ? a : tf.neg(a))));

/**
 * a_r b_r for each r, or a_r b with one b for all. The WASM backend multiplies plain matrices an order of magnitude faster
 * than a batch of them, and takes a list.
 */
function times(a: tf.Tensor3D, b: tf.Tensor | readonly tf.Tensor2D[]): tf.Tensor3D {
  if (!(b instanceof tf.Tensor)) return tf.stack(tf.unstack(a).map((one, r) => tf.matMul(one as tf.Tensor2D, b[r]))) as tf.Tensor3D;
  if (b.rank === 3) return tf.matMul(a, b as tf.Tensor3D);
  const [count, rows, inner] = a.shape;
  return tf.reshape(tf.matMul(tf.reshape(a, [count * rows, inner]), b as tf.Tensor2D), [count, rows, b.shape[1] as number]);
}

/** a_r' b_r' for each r: on WASM the same numbers for one network as for many, which plain products are not sure to be. */
const turnedTimes = (a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor3D => tf.matMul(a, b, true, true);

const column = (a: tf.Tensor): tf.Tensor3D => tf.expandDims(a, -1) as tf.Tensor3D;

/** The last `count` columns, or all but those. */
const lastColumns = (a: tf.Tensor3D, from: number, count: number): tf.Tensor3D => tf.slice(a, [0, 0, from], [-1, -1, count]);

interface Passed {
  /** Of size sqrt(inputs) times u, [R, hidden, B]; with the sign turned for sign activations. */
  readonly u: tf.Tensor3D;
  readonly h: tf.Tensor3D;
  /** Weights of the output's sum, the scale included, [R, outputs, hidden]. */
  readonly v: tf.Tensor3D;
  /** [R, 1, outputs]. */
  readonly shift: tf.Tensor3D;
}

/**
 * sqrt(inputs) u is one product: a batch's inputs end in the constant sqrt(inputs), which meets the bias. So where there is
 * no bias, sums of small whole numbers stay exact, and with them the sign of zero.
 */
export function passed(model: NetModel, {w1, w2, real}: Nets, xt: BinaryBatch['xt']): Passed {
  const rows = model.allBinary ? w1 : tf.concat([w1, column(real.bias)], 2);
  const isSign = model.activation === 'sign';
  const u = times(isSign ? tf.neg(rows) : rows, xt);
  const h = isSign ? signs(u, true) : (tf.mul(tf.relu(u), 1 / Math.sqrt(model.inputs)) as tf.Tensor3D);
  const v = (model.allBinary ? lastColumns(w2, 0, model.hidden) : tf.mul(column(real.scale), w2)) as tf.Tensor3D;
  const [count, outputs] = v.shape;
  const shift = tf.reshape(model.allBinary ? lastColumns(w2, model.hidden, 1) : real.shift, [count, 1, outputs]) as tf.Tensor3D;
  return {u, h, v, shift};
}

/** Outputs f, [R, B, outputs]. */
export const outputsOf = ({h, v, shift}: Passed): tf.Tensor3D => tf.add(turnedTimes(h, v), shift);

/** The mean of the networks' outputs, [B, outputs]: as it is linear in H, one product of all units together. */
export function meanOutputs({h, v, shift}: Passed): tf.Tensor2D {
  const [count, units, samples] = h.shape;
  const weights = tf.reshape(tf.transpose(v, [1, 0, 2]), [v.shape[1], count * units]);
  const sums = tf.matMul(weights, tf.reshape(h, [count * units, samples]));
  return tf.add(tf.mul(1 / count, tf.transpose(sums)), tf.mean(shift, 0)) as tf.Tensor2D;
}

/** Gradient of the mean batch loss; see BinaryNetworkFacet. */
export function gradientOf(model: NetModel, loss: TensorLoss, nets: Nets, {x, xt, y}: BinaryBatch): Vars {
  const {w2, real} = nets;
  const root = Math.sqrt(model.inputs);
  const pass = passed(model, nets, xt);
  const {u, h, v} = pass;
  const f = outputsOf(pass);
  const g = tf.mul(loss.derivative(f, y), 1 / f.shape[1]) as tf.Tensor3D;
  const dv = turnedTimes(g, h);
  const slope = model.activation === 'sign' ? tf.relu(tf.sub(2, tf.mul(2 / root, tf.abs(u)))) : tf.step(u);
  const du = tf.mul(turnedTimes(v, g), slope) as tf.Tensor3D;
  const rows = tf.mul(times(du, x), 1 / root) as tf.Tensor3D;
  const dShift = tf.sum(g, 1);
  if (model.allBinary) return {hidden: rows, output: tf.concat([dv, column(dShift)], 2)};
  return {
    hidden: lastColumns(rows, 0, model.inputs),
    bias: tf.squeeze(lastColumns(rows, model.inputs, 1), [2]),
    output: tf.mul(dv, column(real.scale)),
    scale: tf.sum(tf.mul(dv, w2), -1),
    shift: dShift,
  };
}
