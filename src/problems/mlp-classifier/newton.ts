import * as tf from '@tensorflow/tfjs-core';
import type {DataPart, PreparedData} from '../../core/data.ts';
import type {NewtonFacet, Vars} from '../../core/problem.ts';
import {logisticObjective, softmaxRegressionObjective} from '../../numerics/optim/newtonObjectives.ts';

/** Row i of a row-major matrix with rows of length d. */
const rowOf = (x: Float64Array, d: number, i: number): Float64Array => x.subarray(i * d, (i + 1) * d);

/** Weights [C, d] row-major, the bias last in each row, as the network without hidden layers: `w0` [d - 1, C] and `b0` [C]. */
function linearNetwork(w: Float64Array, classes: number, d: number): Vars {
  const weights = Float32Array.from({length: (d - 1) * classes}, (_, i) => w[(i % classes) * d + Math.floor(i / classes)]);
  const biases = Float32Array.from({length: classes}, (_, c) => w[c * d + d - 1]);
  return {w0: tf.tensor2d(weights, [d - 1, classes]), b0: tf.tensor1d(biases)};
}

/**
 * J/n of two outputs with softmax is that of one weight vector w with logistic loss, z_1 - z_0 = w . x: at the minimum the outputs
 * are -w/2 and w/2, whose penalty (beta/2) 2 |w/2|^2 is (beta/4) |w|^2.
 */
function twoClasses({n, x, y}: DataPart, d: number, beta: number): NewtonFacet {
  const rows = Array.from({length: n}, (_, i) => rowOf(x, d, i).map((value) => y[i] * value));
  return {
    dimension: d,
    objective: (curvature) => logisticObjective(rows, beta / (2 * n), curvature, d - 1),
    toNetwork: (w) => linearNetwork(Float64Array.of(...w.map((value) => -value / 2), ...w.map((value) => value / 2)), 2, d),
  };
}

function manyClasses({n, x, y}: DataPart, d: number, classes: number, beta: number): NewtonFacet {
  const inputs = Array.from({length: n}, (_, i) => rowOf(x, d, i));
  const labels = Array.from({length: n}, (_, i) => rowOf(y, classes, i).indexOf(1));
  return {
    dimension: classes * d,
    objective: (curvature) => softmaxRegressionObjective({inputs, labels, classes, l2: beta / n, decayed: d - 1}, curvature),
    toNetwork: (w) => linearNetwork(w, classes, d),
  };
}

/** Softmax regression, the network without hidden layers and with the softmax head, in float64; biases are not decayed. */
export const newtonFacet = ({task, train, d, k}: PreparedData, beta: number): NewtonFacet =>
  task === 'binary' ? twoClasses(train, d, beta) : manyClasses(train, d, k, beta);
