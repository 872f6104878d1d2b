import * as tf from '@tensorflow/tfjs-core';
import type {PreparedData} from '../../core/data.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Batch, Problem, TensorLoss, Vars} from '../../core/problem.ts';
import {binaryQuadratic} from '../../numerics/binary/quadratic.ts';
import {evaluation, type PartSeen, score} from '../../numerics/evaluation.ts';
import {toBatch} from '../../numerics/reluNetwork.ts';

/**
 * f(x) = alpha x . w with w in {-1, +1}^p, the constant input left out; variables `w` [p], the network that is measured,
 * and `v` [p + 1, k], the rows of the relaxation that it was drawn from.
 *
 *   J = E(w) = sum_i (f(x_i) - y_i)^2
 */
type Point = {readonly w: tf.Tensor1D; readonly v: tf.Tensor2D};

/** The problem on prepared data. Solvers work with its quadratic form in float64; tensors only measure. */
export default function formulate(data: PreparedData, params: ParamValues, loss: TensorLoss): Problem {
  const alpha = Number(params.alpha);
  const p = data.d - 1;
  const train = toBatch(data.train, data.d, 1);
  const test = data.test.n > 0 ? toBatch(data.test, data.d, 1) : null;
  const quadratic = binaryQuadratic(data.train.x, data.train.y, data.d, p, alpha);

  const inputs = (x: tf.Tensor2D): tf.Tensor2D => tf.slice(x, [0, 0], [-1, p]);
  const predict = (vars: Vars, x: tf.Tensor2D): tf.Tensor2D =>
    tf.tidy(() => tf.mul(alpha, tf.matMul(inputs(x), tf.reshape((vars as Point).w, [p, 1]))) as tf.Tensor2D);
  const objectives = (points: Vars): tf.Tensor1D =>
    tf.tidy(() => {
      const f = tf.mul(alpha, tf.matMul(points.w as tf.Tensor2D, inputs(train.x), false, true));
      return tf.sum(tf.square(tf.sub(f, tf.reshape(train.y, [1, data.train.n]))), 1) as tf.Tensor1D;
    });
  const seen = (vars: Vars, {x, y}: Batch): PartSeen => {
    const f = predict(vars, x);
    return {losses: loss.values(f, y), score: score(data.task, f, y)};
  };
  const evaluate = (vars: Vars): tf.Tensor1D =>
    tf.tidy(() => {
      const squares = tf.sum(tf.square(tf.sub(predict(vars, train.x), train.y)));
      return evaluation(seen(vars, train), test && seen(vars, test), 0, squares);
    });
  return {
    data,
    train,
    test,
    objectives,
    evaluate,
    predict,
    binaryQuadratic: {
      ...quadratic,
      toNetwork: (v, k, w) => ({v: tf.tensor2d(Float32Array.from(v), [p + 1, k]), w: tf.tensor1d(Float32Array.from(w))}),
    },
    dispose: () => tf.dispose([train.x, train.y, ...(test ? [test.x, test.y] : [])]),
  };
}
