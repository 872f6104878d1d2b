import * as tf from '@tensorflow/tfjs-core';
import type {DataPart, PreparedData} from '../../core/data.ts';
import type {ParamValues} from '../../core/params.ts';
import type {BinaryBatch, BinaryNetworkFacet, Problem, Scalar, TensorLoss, Vars} from '../../core/problem.ts';
import {randomStream} from '../../core/random.ts';
import {inputRows, layerShapes, muOf, type NetModel, netModel, realLengths} from '../../numerics/binary/netModel.ts';
import {AVERAGED} from '../../numerics/binary/netSamples.ts';
import {evaluation, type PartSeen, score} from '../../numerics/evaluation.ts';
import {gradientOf, meanOutputs, type Nets, outputsOf, passed, signs} from './forward.ts';
import {Sampler} from './samples.ts';

/**
 * Two-layer networks with weights in {-1, +1} (NetModel), held as a distribution over them: J is that of sign(mu),
 *
 *   J = sum_i loss(f(x_i), y_i).
 *
 * Variables are those of BinaryNetworkFacet.toNetwork. Source: Orecchia et al., NeurIPS 2024.
 */

/** Rows as the hidden layer meets them: the inputs and, where neurons have a bias, the constant sqrt(inputs). */
function networkRows(model: NetModel, {n, x}: DataPart): {readonly values: Float32Array; readonly columns: number} {
  const rows = inputRows(model, x, n);
  if (model.allBinary) return {values: Float32Array.from(rows), columns: model.inputs};
  const columns = model.inputs + 1;
  const values = new Float32Array(n * columns).fill(Math.sqrt(model.inputs));
  for (let i = 0; i < n; i++) values.set(rows.subarray(i * model.inputs, (i + 1) * model.inputs), i * columns);
  return {values, columns};
}

interface HostPart {
  readonly n: number;
  readonly columns: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly k: number;
}

/** Each network's rows of the training set, gathered on the host: a device copies row by row no faster. */
function ownBatch({columns, x, y, k}: HostPart, rows: readonly Int32Array[]): BinaryBatch {
  const size = rows[0].length;
  const targets = new Float32Array(rows.length * size * k);
  const own = rows.map((some, r) => {
    const straight = new Float32Array(size * columns);
    const turned = new Float32Array(columns * size);
    for (let i = 0; i < size; i++) {
      const from = some[i] * columns;
      for (let c = 0; c < columns; c++) straight[i * columns + c] = turned[c * size + i] = x[from + c];
      for (let c = 0; c < k; c++) targets[(r * size + i) * k + c] = y[some[i] * k + c];
    }
    return {x: tf.tensor2d(straight, [size, columns]), xt: tf.tensor2d(turned, [columns, size])};
  });
  const lists = {x: own.map((one) => one.x), xt: own.map((one) => one.xt)};
  const isWasm = tf.getBackend() === 'wasm';
  return {x: isWasm ? lists.x : tf.stack(lists.x), xt: isWasm ? lists.xt : tf.stack(lists.xt), y: tf.tensor3d(targets, [rows.length, size, k])};
}

/** Biases are spread where directions cross the plane, and start at zero where many inputs are summed. */
const SPREAD_BIASES = 8;

function initReal(model: NetModel, seeds: readonly number[]): Vars {
  if (model.allBinary) return {};
  const {hidden, outputs, inputs} = model;
  const bias = Float32Array.from(seeds.flatMap((seed) => {
    const random = randomStream(seed, 'biases');
    return Array.from({length: hidden}, () => (inputs <= SPREAD_BIASES ? random.uniform() - 0.5 : 0));
  }));
  return {
    bias: tf.tensor2d(bias, [seeds.length, hidden]),
    scale: tf.fill([seeds.length, outputs], 1 / Math.sqrt(hidden)),
    shift: tf.zeros([seeds.length, outputs]),
  };
}

class BinaryNetwork {
  readonly model: NetModel;
  readonly train: {readonly x: tf.Tensor2D; readonly xt: tf.Tensor2D; readonly y: tf.Tensor2D};
  readonly test: BinaryNetwork['train'] | null;
  readonly #data: PreparedData;
  readonly #loss: TensorLoss;
  readonly #host: HostPart;
  readonly #sampler: Sampler;

  constructor(data: PreparedData, params: ParamValues, loss: TensorLoss) {
    this.model = netModel(data, params);
    this.#data = data;
    this.#loss = loss;
    const {values: x, columns} = networkRows(this.model, data.train);
    this.#host = {n: data.train.n, columns, x, y: Float32Array.from(data.train.y), k: data.k};
    this.train = this.#uploaded(data.train);
    this.test = data.test.n > 0 ? this.#uploaded(data.test) : null;
    this.#sampler = new Sampler(this.model);
  }

  #uploaded(part: DataPart): BinaryNetwork['train'] {
    const {values, columns} = networkRows(this.model, part);
    const x = tf.tensor2d(values, [part.n, columns]);
    return {x, xt: tf.transpose(x), y: tf.tensor2d(Float32Array.from(part.y), [part.n, this.#data.k])};
  }

  /** sign(mu) of points with a leading axis. */
  rounded(points: Vars): Nets {
    return {w1: signs(points[muOf('hidden')] as tf.Tensor3D), w2: signs(points[muOf('output')] as tf.Tensor3D), real: this.#real(points)};
  }

  #real(vars: Vars): Vars {
    return Object.fromEntries(Object.keys(realLengths(this.model)).map((name) => [name, vars[name]]));
  }

  outputs(nets: Nets, part: BinaryBatch): tf.Tensor3D {
    return outputsOf(passed(this.model, nets, part.xt));
  }

  /** J of each network, [R]. */
  objectives(nets: Nets): tf.Tensor1D {
    return tf.sum(this.#loss.values(this.outputs(nets, this.train), this.train.y), -1) as tf.Tensor1D;
  }

  evaluate(vars: Vars): tf.Tensor1D {
    const {task} = this.#data;
    const nets = this.rounded(leading(vars));
    const seen = (part: BinaryNetwork['train']): PartSeen => {
      const f = first(this.outputs(nets, part));
      return {losses: this.#loss.values(f, part.y), score: score(task, f, part.y)};
    };
    return evaluation(seen(this.train), this.test && seen(this.test), 0);
  }

  /** Sampled networks beside the rounded one, in one batched evaluation. */
  measures(vars: Vars): Readonly<Record<string, Scalar>> {
    const {task} = this.#data;
    const nets = this.#sampler.nets(vars, this.#real(vars));
    const count = nets.w1.shape[0];
    const losses = this.objectives(nets);
    const sampled = count > 1 ? tf.slice(losses, 1) : losses;
    const own = {expectedObjective: tf.mean(sampled) as Scalar, bestObjective: tf.min(losses) as Scalar};
    if (!this.test) return own;
    // Reshaped, as the WebGPU kernel's index has one dimension too many.
    const best = tf.reshape(tf.argMin(losses), [1]) as tf.Tensor1D;
    const from = count > 1 ? 1 : 0;
    const bestOutputs = first(this.outputs(mapped(nets, (one) => tf.gather(one, best)), this.test));
    const averaged = passed(this.model, mapped(nets, (one) => tf.slice(one, from, Math.min(AVERAGED, count))), this.test.xt);
    return {...own, bestScore: score(task, bestOutputs, this.test.y), averageScore: score(task, meanOutputs(averaged), this.test.y)};
  }

  facet(): BinaryNetworkFacet {
    const {model} = this;
    return {
      layers: layerShapes(model),
      initReal: (seeds) => initReal(model, seeds),
      batch: (rows) => (rows ? ownBatch(this.#host, rows) : this.train),
      gradient: (weights, real, batch) => gradientOf(model, this.#loss, {w1: weights.hidden as tf.Tensor3D, w2: weights.output as tf.Tensor3D, real}, batch),
      toNetwork: (latent, real) => ({...latent, ...real}),
    };
  }

  dispose(): void {
    this.#sampler.dispose();
    for (const part of [this.train, this.test]) if (part) tf.dispose([part.x, part.xt, part.y]);
  }
}

const leading = (vars: Vars): Vars => Object.fromEntries(Object.entries(vars).map(([name, one]) => [name, tf.expandDims(one, 0)]));
const first = (f: tf.Tensor3D): tf.Tensor2D => tf.squeeze(f, [0]);
const mapped = ({w1, w2, real}: Nets, map: <T extends tf.Tensor>(one: T) => T): Nets => ({
  w1: map(w1),
  w2: map(w2),
  real: Object.fromEntries(Object.entries(real).map(([name, one]) => [name, map(one)])),
});

/** The training problem of a binary network on prepared data. Tensors live until `dispose`. `train` holds the network's inputs. */
export default function formulate(data: PreparedData, params: ParamValues, loss: TensorLoss): Problem {
  const network = new BinaryNetwork(data, params, loss);
  return {
    data,
    train: network.train,
    test: network.test,
    objectives: (points) => tf.tidy(() => network.objectives(network.rounded(points))),
    evaluate: (vars) => tf.tidy(() => network.evaluate(vars)),
    predict: (vars, x) =>
      tf.tidy(() => {
        const {model} = network;
        const map = tf.tensor2d(Float32Array.from(model.map), [model.d, model.inputs]);
        const rows = tf.matMul(x, map);
        const xt = tf.transpose(model.allBinary ? rows : tf.concat([rows, tf.fill([x.shape[0], 1], Math.sqrt(model.inputs))], 1));
        return first(outputsOf(passed(model, network.rounded(leading(vars)), xt)));
      }),
    binaryNetwork: network.facet(),
    measures: (vars) => tf.tidy(() => network.measures(vars)),
    dispose: () => network.dispose(),
  };
}
