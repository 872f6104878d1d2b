import * as tf from '@tensorflow/tfjs-core';
import type {PreparedData} from '../../core/data.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Batch, GradientFacet, Problem, TensorLoss, Vars} from '../../core/problem.ts';
import {norm2} from '../../numerics/norms.ts';
import {evaluation, type PartSeen} from '../../numerics/evaluation.ts';
import {initialNetwork, networkOfGroups, toBatch} from '../../numerics/reluNetwork.ts';
import {attack, type Networks, worstMargins} from './attack.ts';
import {type Attack, STARTS, startingPoints} from './hostAttack.ts';

/**
 * A two-layer ReLU network under l-infinity attacks of radius epsilon on every input but the constant:
 *
 *   J = sum_i loss(y_i f(x_i + delta_i)) + beta sum_j |alpha_j| |u_j|,   delta_i found by attack.ts.
 *
 * Losses are measured under attack; the scores of EVALUATION are clean, and `robustScore` is the one under attack
 * (on the test set, or on the training set where there is no test set).
 * Sources: Madry et al. (ICLR 2018) for the attack and for training on it; Bai, Gautam and Sojoudi (2022).
 */
const one = ({u, alpha}: Vars): Networks => ({u: tf.expandDims(u, 0), alpha: tf.expandDims(alpha, 0)});

/** sum_j |alpha_j| |u_j| of G networks, [G]. */
const balancedNorms = ({u, alpha}: Networks): tf.Tensor1D => tf.sum(tf.mul(norm2(u, -1), norm2(alpha, -1)), -1) as tf.Tensor1D;

const predict = (vars: Vars, x: tf.Tensor2D): tf.Tensor2D =>
  tf.tidy(() => tf.matMul(tf.relu(tf.matMul(x, vars.u as tf.Tensor2D, false, true)), vars.alpha as tf.Tensor2D));

/** The share of samples with the right sign; an output of zero decides nothing and counts as wrong. */
const accuracy = (margins: tf.Tensor): tf.Tensor => tf.mean(tf.cast(tf.greater(margins, 0), 'float32'));

/** What a contestant's own steps are taken on: the samples, one sign step away, or as far as the measured attack goes. */
function trainingAttack(model: ParamValues, measured: Attack): Attack {
  switch (String(model.attack)) {
    case 'fgsm':
      // One step of at least epsilon, cut to the box: its corner.
      return {epsilon: measured.epsilon, steps: 1};
    case 'pgd':
      return measured;
    default:
      return {epsilon: 0, steps: 0};
  }
}

function gradientFacet(data: PreparedData, beta: number, loss: TensorLoss, measured: Attack): GradientFacet {
  const decayRate = beta / data.train.n;
  /** Inputs at the worst points seen from the samples themselves; they count as constants, which Danskin's theorem allows. */
  const attacked = (vars: Vars, batch: Batch, how: Attack): tf.Tensor2D => {
    if (how.epsilon === 0) return batch.x;
    const {delta} = attack(one(vars), batch, how, tf.zerosLike(batch.x));
    return tf.add(batch.x, tf.squeeze(delta, [0])) as tf.Tensor2D;
  };
  const gradient = (vars: Vars, batch: Batch, decay: boolean, model: ParamValues): Vars => {
    const {u, alpha} = vars as {u: tf.Tensor2D; alpha: tf.Tensor2D};
    const x = attacked(vars, batch, trainingAttack(model, measured));
    const z = tf.matMul(x, u, false, true);
    const h = tf.relu(z);
    const g = tf.mul(loss.derivative(tf.matMul(h, alpha), batch.y), 1 / x.shape[0]) as tf.Tensor2D;
    const back = tf.mul(tf.matMul(g, alpha, false, true), tf.step(z)) as tf.Tensor2D;
    const du = tf.matMul(back, x, true, false);
    const dAlpha = tf.matMul(h, g, true, false);
    if (!decay || decayRate === 0) return {u: du, alpha: dAlpha};
    return {u: tf.add(du, tf.mul(decayRate, u)), alpha: tf.add(dAlpha, tf.mul(decayRate, alpha))};
  };
  return {
    init: (model, seed) => initialNetwork(data, model, seed),
    gradient,
    decayRate,
    passes: (model) => {
      const {epsilon, steps} = trainingAttack(model, measured);
      return epsilon > 0 ? 1 + steps : 1;
    },
  };
}

/** The training problem under attack on prepared data. Tensors live until `dispose`. */
export default function formulate(data: PreparedData, params: ParamValues, loss: TensorLoss): Problem {
  const beta = Number(params.beta);
  const how: Attack = {epsilon: Number(params.epsilon), steps: Number(params.attackSteps)};
  const setOf = (part: PreparedData['train']): Batch & {readonly starts: tf.Tensor2D} => ({
    ...toBatch(part, data.d, data.k),
    starts: tf.tensor2d(Float32Array.from(startingPoints(part.n, data.d)), [STARTS * part.n, data.d]),
  });
  const train = setOf(data.train);
  const test = data.test.n > 0 ? setOf(data.test) : null;
  type Set = typeof train;

  const margins = (networks: Networks, set: Set): tf.Tensor3D => worstMargins(networks, set, how, set.starts);
  /** Per-sample losses at margins [G, n, 1]: [G, n]; the output that has such a margin is y times it. */
  const losses = (worst: tf.Tensor3D, {y}: Set): tf.Tensor => loss.values(tf.mul(worst, y), y);

  const objectives = (points: Vars): tf.Tensor1D =>
    tf.tidy(() => {
      const networks = points as unknown as Networks;
      return tf.add(tf.sum(losses(margins(networks, train), train), -1), tf.mul(beta, balancedNorms(networks))) as tf.Tensor1D;
    });
  const evaluate = (vars: Vars): tf.Tensor1D =>
    tf.tidy(() => {
      const networks = one(vars);
      const seen = (set: Set): PartSeen => ({losses: losses(margins(networks, set), set), score: accuracy(tf.mul(predict(vars, set.x), set.y))});
      return evaluation(seen(train), test && seen(test), tf.mul(beta, balancedNorms(networks)));
    });
  return {
    data,
    train,
    test,
    objectives,
    evaluate,
    predict,
    measures: (vars) => ({robustScore: tf.tidy(() => accuracy(margins(one(vars), test ?? train)) as tf.Scalar)}),
    gradients: gradientFacet(data, beta, loss, how),
    convexRobust: {beta, epsilon: how.epsilon, toNetwork: networkOfGroups},
    dispose: () => tf.dispose([train.x, train.y, train.starts, ...(test ? [test.x, test.y, test.starts] : [])]),
  };
}
