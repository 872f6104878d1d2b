import * as tf from '@tensorflow/tfjs-core';
import type {PreparedData} from '../../core/data.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Batch, ConvexReluFacet, GradientFacet, Problem, TensorLoss, Vars} from '../../core/problem.ts';
import {randomStream} from '../../core/random.ts';
import {evaluation, type PartSeen, score} from '../../numerics/evaluation.ts';
import {norm2} from '../../numerics/norms.ts';
import {initialNetwork, networkOfGroups, toBatch} from '../../numerics/reluNetwork.ts';

/**
 * A gated ReLU network, f(x) = sum_j 1[g_j . x >= 0] alpha_j (u_j . x), with x ending in the constant 1; variables
 * `u` [m, d], `alpha` [m, 1], and `gates` [m, d], which are drawn or given and never trained.
 *
 *   J = sum_i loss(f(x_i), y_i) + beta sum_j |alpha_j| |u_j|      (the penalty at its best scaling, "balanced")
 *
 * Gradients are those of the raw form with (beta/2) sum_j (|u_j|^2 + |alpha_j|^2), divided by n; the gates' is zero.
 * Source: Mishkin, Sahiner and Pilanci (ICML 2022).
 */
interface Net {
  readonly u: tf.Tensor;
  readonly alpha: tf.Tensor;
  readonly gates: tf.Tensor;
}
const asNet = (vars: Vars): Net => ({u: vars.u, alpha: vars.alpha, gates: vars.gates});
const flat = (vars: Vars): {readonly [name in keyof Net]: tf.Tensor2D} => asNet(vars) as {[name in keyof Net]: tf.Tensor2D};

/** 1[z >= 0]. */
const onOff = (z: tf.Tensor): tf.Tensor => tf.cast(tf.greaterEqual(z, 0), 'float32');

/** Outputs of G networks: u and gates [G, m, d], alpha [G, m, 1], x [n, d] -> [G, n, 1]. */
function forward({u, alpha, gates}: Net, x: tf.Tensor2D): tf.Tensor3D {
  const [g, m, d] = u.shape as [number, number, number];
  const images = (directions: tf.Tensor): tf.Tensor => tf.matMul(tf.reshape(directions, [g * m, d]), x, false, true);
  const units = tf.reshape(tf.mul(onOff(images(gates)), images(u)), [g, m, x.shape[0]]);
  return tf.matMul(units, alpha as tf.Tensor3D, true, false) as tf.Tensor3D;
}

/** The units [n, m] at inputs x [n, d]: 1[g_j . x >= 0] (u_j . x). */
function unitsAt({u, gates}: ReturnType<typeof flat>, x: tf.Tensor2D): {readonly units: tf.Tensor2D; readonly on: tf.Tensor} {
  const on = onOff(tf.matMul(x, gates, false, true));
  return {units: tf.mul(on, tf.matMul(x, u, false, true)) as tf.Tensor2D, on};
}

const predict = (vars: Vars, x: tf.Tensor2D): tf.Tensor2D => tf.tidy(() => tf.matMul(unitsAt(flat(vars), x).units, vars.alpha as tf.Tensor2D));

/** sum_j |alpha_j| |u_j|, over the last two axes. */
const balancedNorms = ({u, alpha}: Net): tf.Tensor => tf.sum(tf.mul(norm2(u, -1), norm2(alpha, -1)), -1);

/** m normal directions; equal widths and seeds have equal gates, and a narrow network has the first gates of a wide one. */
function drawGates(m: number, d: number, seed: number): tf.Tensor2D {
  const random = randomStream(seed, 'gates');
  return tf.tensor2d(Float32Array.from({length: m * d}, () => random.normal()), [m, d]);
}

function gradientFacet(data: PreparedData, beta: number, loss: TensorLoss): GradientFacet {
  const decayRate = beta / data.train.n;
  return {
    decayRate,
    // No method is to decay them: they are not trained.
    biases: ['gates'],
    init: (model, seed) => ({...initialNetwork(data, model, seed), gates: drawGates(Number(model.width), data.d, seed)}),
    gradient(vars: Vars, {x, y}: Batch, decay: boolean): Vars {
      const net = flat(vars);
      const {units, on} = unitsAt(net, x);
      const g = tf.mul(loss.derivative(tf.matMul(units, net.alpha), y), 1 / x.shape[0]) as tf.Tensor2D;
      const back = tf.mul(tf.matMul(g, net.alpha, false, true), on) as tf.Tensor2D;
      const du = tf.matMul(back, x, true, false);
      const dAlpha = tf.matMul(units, g, true, false);
      const decayed = (gradient: tf.Tensor, w: tf.Tensor): tf.Tensor => (decay && decayRate !== 0 ? tf.add(gradient, tf.mul(decayRate, w)) : gradient);
      return {u: decayed(du, net.u), alpha: decayed(dAlpha, net.alpha), gates: tf.zerosLike(net.gates)};
    },
  };
}

/** The group LASSO of fixed gates; both halves of the groups have the same gates. */
function convexFacet(beta: number, {convex}: TensorLoss): {readonly convexRelu?: ConvexReluFacet} {
  if (!convex) return {};
  const toNetwork = (groups: tf.Tensor2D, gates: tf.Tensor2D): Vars => ({...networkOfGroups(groups), gates: tf.concat([gates, gates], 0)});
  return {convexRelu: {beta, loss: convex, gated: true, toNetwork}};
}

/** The training problem of a gated ReLU network on prepared data. Tensors live until `dispose`. */
export default function formulate(data: PreparedData, params: ParamValues, loss: TensorLoss): Problem {
  const beta = Number(params.beta);
  const train = toBatch(data.train, data.d, data.k);
  const test = data.test.n > 0 ? toBatch(data.test, data.d, data.k) : null;

  const objectives = (points: Vars): tf.Tensor1D =>
    tf.tidy(() => {
      const net = asNet(points);
      const losses = tf.sum(loss.values(forward(net, train.x), train.y), -1);
      return tf.add(losses, tf.mul(beta, balancedNorms(net))) as tf.Tensor1D;
    });
  const seen = (vars: Vars, {x, y}: Batch): PartSeen => {
    const f = predict(vars, x);
    return {losses: loss.values(f, y), score: score(data.task, f, y)};
  };
  const evaluate = (vars: Vars): tf.Tensor1D =>
    tf.tidy(() => {
      const penalty = tf.mul(beta, balancedNorms(asNet(vars)));
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
    ...convexFacet(beta, loss),
    dispose: () => tf.dispose([train.x, train.y, ...(test ? [test.x, test.y] : [])]),
  };
}
