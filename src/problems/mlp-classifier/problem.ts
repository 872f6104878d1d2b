import * as tf from '@tensorflow/tfjs-core';
import type {DataPart, PreparedData} from '../../core/data.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Batch, GradientFacet, Problem, Scalar, Tensor1D, Vars} from '../../core/problem.ts';
import {evaluation, type PartSeen, score} from '../../numerics/evaluation.ts';
import {collapseOf} from '../../numerics/heads/collapse.ts';
import {type HeadChoice, headOf} from '../../numerics/heads/head.ts';
import {headChoiceOf} from '../../numerics/heads/headSpec.ts';
import {logProbabilities, surpriseOf} from '../../numerics/heads/surprise.ts';
import {linearSpread} from '../../numerics/optim/batchNoise.ts';
import {awayFromZero, descentCosine, rootMeanSquare, totalOf} from '../../numerics/optim/tensorNorms.ts';
import {BIASES, initialVariables} from './network.ts';
import {newtonFacet} from './newton.ts';
import {backwardPass, forwardPass, type LayerTrace, logitsOf, netOf} from './passes.ts';

/**
 * A classifier of `depth` hidden layers, h_l = activation(norm_l(h_{l-1} W_l + b_l)), h_0 = x without its constant, logits
 * z = h_L W + b; `w0` [d - 1, m], `b0` [m], ... , one logit for each class (two for labels -1 and +1).
 *
 *   J = sum_i loss(z(x_i), y_i) + (beta/2) sum_l |W_l|^2,    loss: that of the contestant's own head
 *
 * Gradients are those of J/n. BatchNorm takes the batch's statistics in a step; J, scores and predictions take those of the full
 * training set, which is what running statistics settle at.
 */

/** Training samples that layers are looked at on. */
const MOST_PROBED = 32;

/** Inputs without the constant, [n, d - 1], and one-hot labels, [n, C]. */
function batchOf({n, x, y}: DataPart, {d, k}: PreparedData): Batch {
  const inputs = new Float32Array(n * (d - 1));
  for (let i = 0; i < n; i++) inputs.set(x.subarray(i * d, (i + 1) * d - 1), i * (d - 1));
  const labels = k > 1 ? Float32Array.from(y) : Float32Array.from({length: 2 * n}, (_, at) => ((y[at >> 1] > 0 ? 1 : 0) === at % 2 ? 1 : 0));
  return {x: tf.tensor2d(inputs, [n, d - 1]), y: tf.tensor2d(labels, [n, Math.max(2, k)])};
}

/** Of two columns the second less the first, [n, 1]; more stay as they are. */
const outputsOf = (columns: tf.Tensor): tf.Tensor => (columns.shape[1] === 2 ? tf.matMul(columns as tf.Tensor2D, tf.tensor2d([[-1], [1]])) : columns);

/** Slope of the mean loss in the logits. */
const meanSlope = (choice: HeadChoice, z: tf.Tensor, y: tf.Tensor2D): tf.Tensor => tf.mul(1 / y.shape[0], headOf(choice, y.shape[1]).loss(z, y).slope());

/** In closed form without hidden layers. */
function spreadOf(vars: Vars, {x, y}: Batch, model: ParamValues): Scalar | null {
  const net = netOf(vars, model);
  if (net.layers.length > 1) return null;
  const slopes = headOf(headChoiceOf(model), y.shape[1]).loss(logitsOf(forwardPass(net, x)), y).slope() as tf.Tensor2D;
  return linearSpread(net.layers[0].b === null ? x : tf.concat([x, tf.ones([x.shape[0], 1])], 1), slopes);
}

function gradientFacet(data: PreparedData, classes: number, beta: number): GradientFacet {
  const decayRate = beta / data.train.n;
  return {
    decayRate,
    biases: BIASES,
    watchesSteps: true,
    couples: (model) => model.norm === 'batch',
    init: (model, seed) =>
      Object.fromEntries(initialVariables(data.d - 1, classes, model, seed).map(({name, shape, values}) => [name, tf.tensor(values, [...shape])])),
    gradient(vars, batch, decay, model) {
      const net = netOf(vars, model);
      const traces = forwardPass(net, batch.x);
      const {gradient} = backwardPass(net, traces, meanSlope(headChoiceOf(model), logitsOf(traces), batch.y), false);
      if (!decay || decayRate === 0) return gradient;
      const decayed = net.layers.map(({w}) => [w, tf.add(gradient[w], tf.mul(decayRate, vars[w]))] as const);
      return {...gradient, ...Object.fromEntries(decayed)};
    },
    spread: spreadOf,
  };
}

/** A classifier's training problem on prepared data. Tensors live until `dispose`. */
export default function formulate(data: PreparedData, params: ParamValues): Problem {
  const classes = Math.max(2, data.k);
  const beta = Number(params.beta);
  const train = batchOf(data.train, data);
  const test = data.test.n > 0 ? batchOf(data.test, data) : null;
  const probed = Math.min(MOST_PROBED, data.train.n);
  const probe: Batch = {x: tf.slice(train.x, 0, probed), y: tf.slice(train.y, 0, probed)};

  const trained = (vars: Vars, model: ParamValues): readonly LayerTrace[] => forwardPass(netOf(vars, model), train.x);
  /** Logits of other samples, with the training set's statistics. */
  const logitsAt = (vars: Vars, model: ParamValues, x: tf.Tensor, onTrain: readonly LayerTrace[]): tf.Tensor =>
    logitsOf(forwardPass(netOf(vars, model), x, onTrain.map(({batch}) => batch)));
  const penaltyOf = (vars: Vars): tf.Tensor =>
    tf.mul(beta / 2, totalOf(netOf(vars, {}).layers.map(({w}) => tf.sum(tf.square(vars[w])))));

  const seen = (z: tf.Tensor, {y}: Batch, model: ParamValues): PartSeen => {
    const {loss, decision} = headOf(headChoiceOf(model), classes);
    return {losses: loss(z, y).values(), score: score(data.task, outputsOf(decision(z)), outputsOf(y))};
  };

  const evaluate = (vars: Vars, model: ParamValues): Tensor1D =>
    tf.tidy(() => {
      const onTrain = trained(vars, model);
      const onTest = test && seen(logitsAt(vars, model, test.x, onTrain), test, model);
      return evaluation(seen(logitsOf(onTrain), train, model), onTest, penaltyOf(vars));
    });

  const objectives = (points: Vars, model: ParamValues): Tensor1D =>
    tf.tidy(() => {
      const names = Object.keys(points);
      const unstacked = names.map((name) => tf.unstack(points[name]));
      const {loss} = headOf(headChoiceOf(model), classes);
      return tf.stack(
        unstacked[0].map((_, g) => {
          const vars = Object.fromEntries(names.map((name, i) => [name, unstacked[i][g]]));
          return tf.add(tf.sum(loss(logitsOf(trained(vars, model)), train.y).values()), penaltyOf(vars));
        }),
      ) as Tensor1D;
    });

  /** ln p by the head's own probabilities; its difference for two classes. */
  const predict = (vars: Vars, x: tf.Tensor2D, model: ParamValues): tf.Tensor2D =>
    tf.tidy(() => {
      const inputs = tf.slice(x, [0, 0], [-1, data.d - 1]);
      return outputsOf(logProbabilities(headChoiceOf(model), logitsAt(vars, model, inputs, trained(vars, model)))) as tf.Tensor2D;
    });

  const measures = (vars: Vars, model: ParamValues): Readonly<Record<string, Scalar | Tensor1D>> =>
    tf.tidy(() => {
      const choice = headChoiceOf(model);
      const net = netOf(vars, model);
      const onTrain = trained(vars, model);
      const z = logitsOf(onTrain);
      const [shown, labels] = test ? [logitsAt(vars, model, test.x, onTrain), test.y] : [z, train.y];
      const onProbe = forwardPass(net, probe.x);
      const {hidden} = backwardPass(net, onProbe, meanSlope(choice, logitsOf(onProbe), probe.y), true);
      const sizes = onProbe.map(({input}) => rootMeanSquare(input));
      return {
        surprise: tf.mean(surpriseOf(choice)(shown, labels).values()) as Scalar,
        logitScale: tf.mean(tf.abs(z)) as Scalar,
        collapsed: tf.mean(collapseOf(choice, z, train.y)) as Scalar,
        alignment: descentCosine(vars, backwardPass(net, onTrain, meanSlope(choice, z, train.y), false).gradient),
        hiddenGrowth: tf.div(sizes[sizes.length - 1], awayFromZero(sizes[0])) as Scalar,
        rms: tf.stack(sizes) as Tensor1D,
        slope: tf.stack(hidden.map(rootMeanSquare)) as Tensor1D,
      };
    });

  return {
    data, train, test, objectives, evaluate, predict, measures,
    gradients: gradientFacet(data, classes, beta),
    newton: newtonFacet(data, beta),
    dispose: () => tf.dispose([train.x, train.y, probe.x, probe.y, ...(test ? [test.x, test.y] : [])]),
  };
}
