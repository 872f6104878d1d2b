import * as tf from '@tensorflow/tfjs-core';
import type {DataPart, PreparedData, RetrievalLayout} from '../../core/data.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Batch, GradientFacet, Problem, Vars} from '../../core/problem.ts';
import {randomStream} from '../../core/random.ts';
import {evaluation, type PartSeen, score} from '../../numerics/evaluation.ts';
import {sizeOf} from '../../numerics/flatSpace.ts';
import {totalOf} from '../../numerics/optim/tensorNorms.ts';
import {forward, losses, type Rows, unpacked} from './attend.ts';
import {BIASES, modelOf, shapesOf} from './model.ts';
import {Probes} from './probes.ts';

/**
 * One attention layer on rows of RetrievalLayout, with H heads of width d = 16 and values of e = 4 numbers:
 *
 *   f = [sum_j p_hj v_j Wv]_h Wo,   J = sum_i mean_c (f_ic - y_ic)^2 + (beta/2) |W|^2,
 *
 * so that J/n is the mean squared error. p is softmax(tau q.k / sqrt(d)) with tau constant, learned or selective, or SOFT's Gaussian
 * (model.ts, attend.ts). Biases and scalars are not decayed. The loss module in force is not used: squared error is the definition.
 * Sources: Zhang et al. (NeurIPS 2024) for selective temperatures, Lu et al. (NeurIPS 2021) for SOFT.
 */
interface Part {
  readonly batch: Batch;
  readonly rows: Rows;
}

function partOf({n, x, y}: DataPart, {d, k}: PreparedData, layout: RetrievalLayout): Part {
  const batch = {x: tf.tensor2d(Float32Array.from(x), [n, d]), y: tf.tensor2d(Float32Array.from(y), [n, k])};
  return {batch, rows: unpacked(batch.x, layout)};
}

/**
 * Uniform on +-1/sqrt(inputs), also for biases; temperatures start at T and sigmoid(alpha) at one half.
 * A variable's numbers depend on its name and the seed alone, so that contestants share what they have in common.
 */
function initial(params: ParamValues, layout: RetrievalLayout, seed: number): Vars {
  const model = modelOf(params);
  const shapes = shapesOf(model, layout);
  const inputsOf: Readonly<Record<string, string>> = {queryBias: 'queryIn', gateInBias: 'gateIn', gateBias: 'gate'};
  const variable = (name: string): tf.Tensor => {
    if (name === 'alpha') return tf.zeros([1]);
    if (name === 'logTemperature') return tf.tensor1d([Math.log(model.temperature)]);
    const random = randomStream(seed, 'weights', name);
    const bound = 1 / Math.sqrt(shapes[inputsOf[name] ?? name][0]);
    return tf.tensor(Float32Array.from({length: sizeOf(shapes[name])}, () => bound * (2 * random.uniform() - 1)), [...shapes[name]]);
  };
  return Object.fromEntries(Object.keys(shapes).map((name) => [name, variable(name)]));
}

/** (beta/2) |W|^2 over all matrices. */
function penaltyOf(vars: Vars, beta: number): tf.Tensor | number {
  if (beta === 0) return 0;
  const matrices = Object.entries(vars).filter(([name]) => !BIASES.includes(name));
  return tf.mul(beta / 2, totalOf(matrices.map(([, w]) => tf.sum(tf.square(w)))));
}

function gradientFacet(train: Part, layout: RetrievalLayout, decayRate: number): GradientFacet {
  const gradient = (vars: Vars, batch: Batch, decay: boolean, params: ParamValues): Vars => {
    const model = modelOf(params);
    const rows = batch.x === train.batch.x ? train.rows : unpacked(batch.x, layout);
    const names = Object.keys(vars);
    const meanLoss = (...weights: tf.Tensor[]): tf.Tensor => {
      const moved = Object.fromEntries(names.map((name, i) => [name, weights[i]]));
      return tf.mean(losses(forward(moved, rows, model), batch.y));
    };
    const found = tf.grads(meanLoss)(names.map((name) => vars[name]));
    const decayed = (name: string, g: tf.Tensor): tf.Tensor => (BIASES.includes(name) ? g : tf.add(g, tf.mul(decayRate, vars[name])));
    return Object.fromEntries(names.map((name, i) => [name, decay && decayRate > 0 ? decayed(name, found[i]) : found[i]]));
  };
  return {init: (params, seed) => initial(params, layout, seed), gradient, decayRate, biases: BIASES, watchesSteps: true};
}

/** Attention on sets as a training problem. Tensors live until `dispose`. */
export default function formulate(data: PreparedData, params: ParamValues): Problem {
  const layout = data.retrieval;
  if (!layout) throw new Error('attention on sets needs rows of keys and values; pick the data set "needle or average"');
  const beta = Number(params.beta);
  const train = partOf(data.train, data, layout);
  const test = data.test.n > 0 ? partOf(data.test, data, layout) : null;
  let probes: Probes | null = null;

  const seen = (vars: Vars, {rows, batch}: Part, model: ParamValues): PartSeen => {
    const f = forward(vars, rows, modelOf(model));
    return {losses: losses(f, batch.y), score: score('retrieval', f, batch.y)};
  };
  const objective = (vars: Vars, model: ParamValues): tf.Tensor =>
    tf.tidy(() => tf.add(tf.sum(losses(forward(vars, train.rows, modelOf(model)), train.batch.y)), penaltyOf(vars, beta)));
  /** One after the other: rows are many and networks few. */
  const objectives = (points: Vars, model: ParamValues): tf.Tensor1D =>
    tf.tidy(() => {
      const names = Object.keys(points);
      const networks = names.map((name) => tf.unstack(points[name]));
      return tf.stack(networks[0].map((_, g) => objective(Object.fromEntries(names.map((name, i) => [name, networks[i][g]])), model))) as tf.Tensor1D;
    });
  return {
    data,
    train: train.batch,
    test: test?.batch ?? null,
    objectives,
    evaluate: (vars, model) => tf.tidy(() => evaluation(seen(vars, train, model), test && seen(vars, test, model), penaltyOf(vars, beta))),
    predict: (vars, x, model) => tf.tidy(() => forward(vars, unpacked(x, layout), modelOf(model))),
    measures: (vars, model) => {
      probes ??= new Probes();
      const made = probes;
      return tf.tidy(() => made.measures(vars, modelOf(model)));
    },
    gradients: gradientFacet(train, layout, beta / data.train.n),
    dispose: () => {
      probes?.dispose();
      for (const part of test ? [train, test] : [train]) tf.dispose([{...part.batch}, {...part.rows}]);
    },
  };
}
