import * as tf from '@tensorflow/tfjs-core';
import type {PreparedData} from '../../core/data.ts';
import type {ParamValues} from '../../core/params.ts';
import type {Batch, GradientFacet, Problem, Vars} from '../../core/problem.ts';
import {sliced} from '../../numerics/batches.ts';
import {evaluation, type PartSeen, score} from '../../numerics/evaluation.ts';
import {innerProduct, totalOf} from '../../numerics/optim/tensorNorms.ts';
import {type Reading, readingOf} from '../../numerics/transformer/layout.ts';
import {bySample, checkMemory, initialVars, type Machine, machineOf, meanSlope, type Scored, scored} from '../../numerics/transformer/machine.ts';
import {layerMeasures, logitMeasures} from '../../numerics/transformer/measures.ts';
import {FREE_NAMES, isFree, memoryOf} from '../../numerics/transformer/network.ts';
import {positionsOf} from '../../numerics/transformer/pass.ts';
import {tokenBatch, tokensOnDevice} from '../../numerics/transformer/tokens.ts';

/** Samples that layers are looked at on. */
const PROBE = 32;
/** Bytes that one layer may take while data are evaluated. */
const CHUNK_BYTES = 2 ** 26;

/** Logits of all samples, a chunk at a time. */
function logitsOf({network, transformer}: Machine, reading: Reading, vars: Vars, batch: Batch): tf.Tensor2D {
  const n = batch.x.shape[0];
  const chunk = Math.max(1, Math.floor(CHUNK_BYTES / memoryOf({...network, depth: 1}, reading, 1)));
  if (n <= chunk) return transformer.logits(vars, batch.x);
  const chunks = Array.from({length: Math.ceil(n / chunk)}, (_, c) => sliced(batch, c * chunk, Math.min(chunk, n - c * chunk)).x);
  return tf.concat(chunks.map((x) => transformer.logits(vars, x)), 0);
}

/** (beta/2) sum |w|^2 over the weights that decay. */
function penaltyOf(vars: Vars, beta: number): tf.Tensor | number {
  if (beta === 0) return 0;
  const squares = Object.entries(vars).flatMap(([name, w]) => (isFree(name) ? [] : [tf.reshape(innerProduct(w, w), [])]));
  return tf.mul(beta / 2, totalOf(squares));
}

function gradientFacet(data: PreparedData, reading: Reading, beta: number, machineFor: (model: ParamValues) => Machine): GradientFacet {
  const decayRate = beta / data.train.n;
  return {
    init(model, seed) {
      const {network} = machineFor(model);
      return initialVars(network, reading, seed);
    },
    admit: (model, samples) => checkMemory(machineFor(model).network, reading, Math.max(samples, Math.min(PROBE, data.train.n))),
    gradient(vars, batch, decay, model) {
      const {network, transformer, head} = machineFor(model);
      // Solvers ask beforehand; instruments take the whole training set.
      checkMemory(network, reading, batch.x.shape[0]);
      return tf.tidy(() => {
        const pass = transformer.forward(vars, batch.x);
        const dz = meanSlope(head.loss, scored(pass.logits, batch, reading.outputs));
        const {gradient} = transformer.pullback(dz, pass, vars);
        const decays = (name: string): boolean => decay && decayRate > 0 && !isFree(name);
        return Object.fromEntries(
          Object.entries(vars).map(([name, w]) => [name, decays(name) ? tf.add(gradient[name], tf.mul(decayRate, w)) : gradient[name]]),
        );
      });
    },
    decayRate,
    biases: FREE_NAMES,
    watchesSteps: true,
  };
}

/**
 * Training of a transformer: causal on sequences, where a sample's loss is the mean over its scored positions; on tables and images
 * all tokens see each other and are averaged before the unembedding. J = sum_i loss_i + (beta/2) sum |W|^2 over all but gains, shifts
 * and alpha, with the loss of the contestant's own head.
 */
export default function formulate(data: PreparedData, params: ParamValues): Problem {
  const beta = Number(params.beta);
  const reading = readingOf(data, params);
  const {outputs, length} = reading;
  const positions = positionsOf(reading);
  const train = tokenBatch(reading, data.train, data);
  const test = data.test.n > 0 ? tokenBatch(reading, data.test, data) : null;
  const probe = sliced(train, 0, Math.min(PROBE, data.train.n));

  const machines = new WeakMap<ParamValues, Machine>();
  const machineFor = (model: ParamValues): Machine => {
    const machine = machines.get(model) ?? machineOf(model, reading, positions);
    machines.set(model, machine);
    return machine;
  };
  /** Scores to take the argmax of, as `score` wants them: [n, T, V], [n, C], or the difference [n, 1] of two classes. */
  const asOutputs = (f: tf.Tensor): tf.Tensor => {
    if (data.task === 'sequence') return tf.reshape(f, [-1, length, outputs]);
    return data.task === 'binary' ? tf.sub(tf.slice(f, [0, 1], [-1, 1]), tf.slice(f, [0, 0], [-1, 1])) : f;
  };
  const scoredPart = (machine: Machine, vars: Vars, part: Batch): Scored => scored(logitsOf(machine, reading, vars, part), part, outputs);
  const seen = ({head}: Machine, part: Scored): PartSeen => ({
    losses: bySample(part, head.loss(part.z, part.told).values()),
    score: score(data.task, asOutputs(head.decision(part.z)), asOutputs(part.y)),
  });

  const objective = (vars: Vars, model: ParamValues): tf.Tensor1D => {
    const machine = machineFor(model);
    const {losses} = seen(machine, scoredPart(machine, vars, train));
    return tf.reshape(tf.add(tf.sum(losses), penaltyOf(vars, beta)), [1]);
  };
  const point = (points: Vars, g: number): Vars => Object.fromEntries(Object.entries(points).map(([name, all]) => [name, tf.gather(all, g)]));

  return {
    data,
    train,
    test,
    objectives(points, model) {
      const [{shape: [count]}] = Object.values(points);
      return tf.tidy(() => tf.concat(Array.from({length: count}, (_, g) => tf.tidy(() => objective(point(points, g), model)))));
    },
    evaluate: (vars, model) =>
      tf.tidy(() => {
        const machine = machineFor(model);
        const ofPart = (part: Batch): PartSeen => seen(machine, scoredPart(machine, vars, part));
        return evaluation(ofPart(train), test && ofPart(test), penaltyOf(vars, beta));
      }),
    predict: (vars, x, model) =>
      tf.tidy(() => {
        const machine = machineFor(model);
        const tokens = x.shape[1] === data.d ? tokensOnDevice(reading, x) : x;
        const f = asOutputs(machine.head.decision(logitsOf(machine, reading, vars, {x: tokens, y: tokens})));
        return (data.task === 'sequence' ? tf.cast(tf.argMax(f, -1), 'float32') : f) as tf.Tensor2D;
      }),
    gradients: gradientFacet(data, reading, beta, machineFor),
    measures: (vars, model) =>
      tf.tidy(() => {
        const machine = machineFor(model);
        const ofLogits = logitMeasures(machine, scoredPart(machine, vars, train), test && scoredPart(machine, vars, test));
        return {...ofLogits, ...layerMeasures(machine, vars, probe, outputs)};
      }),
    dispose: () => tf.dispose([train.x, train.y, probe.x, probe.y, positions.logSeen, ...(positions.mask ? [positions.mask] : []), ...(test ? [test.x, test.y] : [])]),
  };
}
