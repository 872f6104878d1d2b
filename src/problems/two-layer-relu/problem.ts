import * as tf from '@tensorflow/tfjs-core';
import type {PreparedData, Task} from '../../core/data.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Batch, ConvexLoss, ConvexReluFacet, GradientFacet, Problem, TensorLoss, Vars} from '../../core/problem.ts';
import type {Solver} from '../../core/solver.ts';
import {fusedFirstOrder} from '../../numerics/kernels/fusedFirstOrder.ts';
import {gpuFirstOrder} from '../../numerics/kernels/gpuFirstOrder.ts';
import {isKernelLoss} from '../../numerics/kernels/reluKernel.ts';
import {norm2} from '../../numerics/norms.ts';
import {initialNetwork, initialWeights, networkOfGroups, toBatch} from '../../numerics/reluNetwork.ts';

/**
 * f(x) = sum_j alpha_j relu(u_j . x), with x ending in the constant 1; variables `u` [m, d], `alpha` [m, k].
 *
 *   J = sum_i loss(f(x_i), y_i) + beta sum_j |alpha_j| |u_j|      (the penalty at its best scaling, "balanced")
 *
 * Gradients are those of the raw form with (beta/2) sum_j (|u_j|^2 + |alpha_j|^2), divided by n: the two have
 * the same minimisers. Source: Pilanci and Ergen (ICML 2020).
 */
interface Net {
  readonly u: tf.Tensor;
  readonly alpha: tf.Tensor;
}
const asNet = (vars: Vars): Net => ({u: vars.u, alpha: vars.alpha});

/** Outputs of G networks: u [G, m, d], alpha [G, m, k], x [n, d] -> [G, n, k]. */
function forward(net: Net, x: tf.Tensor2D): tf.Tensor3D {
  const [g, m, d] = net.u.shape as [number, number, number];
  const n = x.shape[0];
  const flat = tf.relu(tf.matMul(tf.reshape(net.u, [g * m, d]), x, false, true));
  return tf.matMul(tf.reshape(flat, [g, m, n]), net.alpha as tf.Tensor3D, true, false) as tf.Tensor3D;
}

/** sum_j |alpha_j| |u_j| of G networks, [G]. */
const balancedNorms = (net: Net): tf.Tensor1D =>
  tf.sum(tf.mul(norm2(net.u, -1), norm2(net.alpha, -1)), -1) as tf.Tensor1D;

/** Accuracy for classes, R^2 for regression; f is [n, k]. */
function score(task: Task, f: tf.Tensor, y: tf.Tensor): tf.Tensor {
  switch (task) {
    case 'binary':
      // An output of exactly zero decides nothing and counts as wrong.
      return tf.mean(tf.cast(tf.greater(tf.mul(f, y), 0), 'float32'));
    case 'multiclass':
      return tf.mean(tf.cast(tf.equal(tf.argMax(f, -1), tf.argMax(y, -1)), 'float32'));
    case 'regression': {
      const residual = tf.sum(tf.square(tf.sub(f, y)));
      const total = tf.sum(tf.square(tf.sub(y, tf.mean(y))));
      // Undefined (NaN) where the targets don't vary.
      return tf.where(tf.greater(total, 0), tf.sub(1, tf.div(residual, total)), Number.NaN);
    }
  }
}

function gradientFacet(data: PreparedData, beta: number, loss: TensorLoss): GradientFacet {
  const decayRate = beta / data.train.n;
  const gradient = (vars: Vars, batch: Batch, decay: boolean): Vars => {
    const {u, alpha} = asNet(vars) as {u: tf.Tensor2D; alpha: tf.Tensor2D};
    const z = tf.matMul(batch.x, u, false, true);
    const h = tf.relu(z);
    const g = tf.mul(loss.derivative(tf.matMul(h, alpha), batch.y), 1 / batch.x.shape[0]) as tf.Tensor2D;
    const back = tf.mul(tf.matMul(g, alpha, false, true), tf.step(z)) as tf.Tensor2D;
    const du = tf.matMul(back, batch.x, true, false);
    const dAlpha = tf.matMul(h, g, true, false);
    if (!decay || decayRate === 0) return {u: du, alpha: dAlpha};
    return {u: tf.add(du, tf.mul(decayRate, u)), alpha: tf.add(dAlpha, tf.mul(decayRate, alpha))};
  };
  const init = (model: ParamValues, seed: number): Vars => initialNetwork(data, model, seed);
  return {init, gradient, decayRate};
}

/** The kernels are written for one output and the losses they know. */
function fusedSolver(data: PreparedData, beta: number, lossId: string, solverId: string, backend: string): Solver | null {
  if (data.k !== 1 || !isKernelLoss(lossId)) return null;
  const {n, x, y} = data.train;
  const start = (model: ParamValues, seed: number): ReturnType<typeof initialWeights> => initialWeights(data, model, seed);
  const problem = {data: {n, d: data.d, x, y}, loss: lossId, decayRate: beta / n, start};
  switch (backend) {
    case 'wasm':
      return fusedFirstOrder(solverId, problem);
    case 'webgpu':
      return gpuFirstOrder(solverId, problem);
    default:
      return null;
  }
}

const convexFacet = (beta: number, loss: ConvexLoss): ConvexReluFacet => ({beta, loss, gated: false, toNetwork: networkOfGroups});

/** The training problem of a two-layer ReLU network on prepared data. Tensors live until `dispose`. */
export default function formulate(data: PreparedData, params: ParamValues, loss: TensorLoss, lossId: string): Problem {
  const beta = Number(params.beta);
  const train = toBatch(data.train, data.d, data.k);
  const test = data.test.n > 0 ? toBatch(data.test, data.d, data.k) : null;

  const objectives = (points: Vars): tf.Tensor1D =>
    tf.tidy(() => {
      const net = asNet(points);
      const losses = tf.sum(loss.values(forward(net, train.x), train.y), -1);
      return tf.add(losses, tf.mul(beta, balancedNorms(net))) as tf.Tensor1D;
    });
  const predict = (vars: Vars, x: tf.Tensor2D): tf.Tensor2D =>
    tf.tidy(() => tf.matMul(tf.relu(tf.matMul(x, vars.u as tf.Tensor2D, false, true)), vars.alpha as tf.Tensor2D));
  const evaluate = (vars: Vars): tf.Tensor1D =>
    tf.tidy(() => {
      const f = predict(vars, train.x);
      const sum = tf.sum(loss.values(f, train.y));
      const penalty = tf.mul(beta, balancedNorms({u: tf.expandDims(vars.u, 0), alpha: tf.expandDims(vars.alpha, 0)}));
      const undefinedValue = tf.scalar(Number.NaN);
      const fTest = test && predict(vars, test.x);
      const values = [
        tf.add(sum, penalty),
        tf.div(sum, data.train.n),
        test && fTest ? tf.mean(loss.values(fTest, test.y)) : undefinedValue,
        penalty,
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
    gradients: gradientFacet(data, beta, loss),
    fused: (solverId, backend) => fusedSolver(data, beta, lossId, solverId, backend),
    ...(loss.convex && data.k === 1 ? {convexRelu: convexFacet(beta, loss.convex)} : {}),
    dispose: () => tf.dispose([train.x, train.y, ...(test ? [test.x, test.y] : [])]),
  };
}
