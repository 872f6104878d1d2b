import * as tf from '@tensorflow/tfjs-core';
import {type Attack, stepLength} from './hostAttack.ts';

/** G networks: u [G, m, d], alpha [G, m, 1]. */
export interface Networks {
  readonly u: tf.Tensor3D;
  readonly alpha: tf.Tensor3D;
}

/** N samples, x [N, d] with labels y [N, 1]. */
export interface Samples {
  readonly x: tf.Tensor2D;
  readonly y: tf.Tensor2D;
}

/** The worst points that an attack has seen. */
export interface Attacked {
  /** delta, [G, N, d]. */
  readonly delta: tf.Tensor3D;
  /** y f(x + delta), [G, N, 1]. */
  readonly margin: tf.Tensor3D;
}

/** The margins y f(x + delta) and their gradients in x. */
function marginAndSlope({u, alpha}: Networks, {x, y}: Samples, delta: tf.Tensor3D): {readonly margin: tf.Tensor3D; readonly slope: tf.Tensor3D} {
  const z = tf.matMul(tf.add(x, delta) as tf.Tensor3D, u, false, true);
  const margin = tf.mul(y, tf.matMul(tf.relu(z), alpha)) as tf.Tensor3D;
  const back = tf.mul(tf.step(z), tf.transpose(alpha, [0, 2, 1])) as tf.Tensor3D;
  return {margin, slope: tf.mul(y, tf.matMul(back, u)) as tf.Tensor3D};
}

/** 1 for the inputs, 0 for the constant: [d]. */
const attackable = (d: number): tf.Tensor1D => tf.concat([tf.ones([d - 1]), tf.zeros([1])]) as tf.Tensor1D;

/**
 * Projected sign-gradient descent on the margin, as in hostAttack.ts, for G networks at once.
 * @param start the first delta, [N, d] in units of epsilon
 */
export function attack(networks: Networks, samples: Samples, how: Attack, start: tf.Tensor2D): Attacked {
  const {epsilon, steps} = how;
  const g = networks.u.shape[0];
  const d = samples.x.shape[1];
  const move = tf.mul(attackable(d), -stepLength(how));
  let delta = tf.tile(tf.expandDims(tf.mul(start, epsilon), 0), [g, 1, 1]) as tf.Tensor3D;
  let {margin, slope} = marginAndSlope(networks, samples, delta);
  let worst: Attacked = {delta, margin};
  for (let step = 0; step < (epsilon > 0 ? steps : 0); step++) {
    delta = tf.clipByValue(tf.add(delta, tf.mul(move, tf.sign(slope))), -epsilon, epsilon) as tf.Tensor3D;
    ({margin, slope} = marginAndSlope(networks, samples, delta));
    const lower = tf.cast(tf.less(margin, worst.margin), 'float32');
    worst = {
      delta: tf.add(tf.mul(lower, delta), tf.mul(tf.sub(1, lower), worst.delta)) as tf.Tensor3D,
      margin: tf.minimum(margin, worst.margin) as tf.Tensor3D,
    };
  }
  return worst;
}

/** The smallest margins over several starts [S n, d]: [G, n, 1]. */
export function worstMargins(networks: Networks, {x, y}: Samples, how: Attack, starts: tf.Tensor2D): tf.Tensor3D {
  const n = x.shape[0];
  if (how.epsilon === 0) return marginAndSlope(networks, {x, y}, tf.zeros([1, n, x.shape[1]])).margin;
  const runs = starts.shape[0] / n;
  const repeated = {x: tf.tile(x, [runs, 1]), y: tf.tile(y, [runs, 1])};
  const {margin} = attack(networks, repeated, how, starts);
  return tf.min(tf.reshape(margin, [networks.u.shape[0], runs, n, 1]), 1) as tf.Tensor3D;
}
