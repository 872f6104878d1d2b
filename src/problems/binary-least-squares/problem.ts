import * as tf from '@tensorflow/tfjs-core';
import type {PreparedData, Task} from '../../core/data.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Problem, TensorLoss, Vars} from '../../core/problem.ts';
import {binaryQuadratic} from '../../numerics/binary/quadratic.ts';
import {toBatch} from '../../numerics/reluNetwork.ts';

/**
 * f(x) = alpha x . w with w in {-1, +1}^p, the constant input left out; variables `w` [p], the network that is measured,
 * and `v` [p + 1, k], the rows of the relaxation that it was drawn from.
 *
 *   J = E(w) = sum_i (f(x_i) - y_i)^2
 */
type Point = {readonly w: tf.Tensor1D; readonly v: tf.Tensor2D};

/** Accuracy for classes, an output of exactly zero counting as wrong; R^2 for regression, NaN where the targets don't vary. */
function score(task: Task, f: tf.Tensor, y: tf.Tensor): tf.Tensor {
  if (task !== 'regression') return tf.mean(tf.cast(tf.greater(tf.mul(f, y), 0), 'float32'));
  const residual = tf.sum(tf.square(tf.sub(f, y)));
  const total = tf.sum(tf.square(tf.sub(y, tf.mean(y))));
  return tf.where(tf.greater(total, 0), tf.sub(1, tf.div(residual, total)), Number.NaN);
}

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
  const evaluate = (vars: Vars): tf.Tensor1D =>
    tf.tidy(() => {
      const f = predict(vars, train.x);
      const fTest = test && predict(vars, test.x);
      const undefinedValue = tf.scalar(Number.NaN);
      const values = [
        tf.sum(tf.square(tf.sub(f, train.y))),
        tf.mean(loss.values(f, train.y)),
        test && fTest ? tf.mean(loss.values(fTest, test.y)) : undefinedValue,
        tf.scalar(0),
        score(data.task, f, train.y),
        test && fTest ? score(data.task, fTest, test.y) : undefinedValue,
      ];
      return tf.concat(values.map((value) => tf.reshape(value, [1]))) as tf.Tensor1D;
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
