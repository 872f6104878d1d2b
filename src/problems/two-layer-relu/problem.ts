import * as tf from '@tensorflow/tfjs-core';
import type {PreparedData} from '../../core/data.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Batch, ConvexLoss, ConvexReluFacet, GradientFacet, Problem, TensorLoss, Vars} from '../../core/problem.ts';
import type {Solver} from '../../core/solver.ts';
import {fusedFirstOrder} from '../../numerics/kernels/fusedFirstOrder.ts';
import {gpuFirstOrder} from '../../numerics/kernels/gpuFirstOrder.ts';
import {isKernelLoss} from '../../numerics/kernels/reluKernel.ts';
import {evaluation, type PartSeen, score} from '../../numerics/evaluation.ts';
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

/** Modifiers that only the tensor path has. */
const inKernel = ({perpGrad = 'off', weightDecay = 0}: ParamValues): boolean => perpGrad === 'off' && weightDecay === 0;

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
  const seen = (vars: Vars, {x, y}: Batch): PartSeen => {
    const f = predict(vars, x);
    return {losses: loss.values(f, y), score: score(data.task, f, y)};
  };
  const evaluate = (vars: Vars): tf.Tensor1D =>
    tf.tidy(() => {
      const penalty = tf.mul(beta, balancedNorms({u: tf.expandDims(vars.u, 0), alpha: tf.expandDims(vars.alpha, 0)}));
      return evaluation(seen(vars, train), test && seen(vars, test), penalty);
    });
  return {
    data,
    train,
    test,
    objectives,
    evaluate,
    predict,
    gradients: gradientFacet(data, beta, loss),
    fused: (solverId, backend, own) => (inKernel(own) ? fusedSolver(data, beta, lossId, solverId, backend) : null),
    ...(loss.convex && data.k === 1 ? {convexRelu: convexFacet(beta, loss.convex)} : {}),
    dispose: () => tf.dispose([train.x, train.y, ...(test ? [test.x, test.y] : [])]),
  };
}
