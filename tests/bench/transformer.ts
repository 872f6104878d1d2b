import type {ParamValues} from '../../src/core/params.ts';
import type {Batch, Vars} from '../../src/core/problem.ts';
import {sliced} from '../../src/numerics/batches.ts';
import {chooseBackend} from '../../src/engine/backend.ts';
import {iterate} from '../../src/engine/iterate.ts';
import {disposeReplaced, tidyState} from '../../src/engine/tensors.ts';
import {tf} from '../../src/engine/tf.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import formulate from '../../src/problems/transformer/problem.ts';
import adam from '../../src/solvers/adam/solver.ts';
import {clockData, modelOf, plainLoss} from '../helpers/transformer.ts';
import type {Section} from './section.ts';
import {median, ratio, show, table} from './table.ts';

const clock = (): number => performance.now();

const ADAM = {learningRate: 0.01, batchSize: 16, schedule: 'constant', scheduleLength: 1000, perpGrad: 'off', beta1: 0.9, beta2: 0.99, epsilon: 1e-8};

/** T2 of the specification at its two sizes. */
const SIZES = [
  {name: 'small: V = T = 8, L = 8, d = 16', vocabulary: 8, length: 8, model: {depth: 8, width: 16}},
  {name: 'full: V = 12, T = 16, L = 12, d = 32', vocabulary: 12, length: 16, model: {depth: 12, width: 32}},
] as const;

type Step = () => Promise<void> | void;

/** Training as the engine does it; `stop` frees its tensors. */
function engineSteps(vocabulary: number, length: number, model: ParamValues): {readonly step: Step; readonly stop: () => void} {
  const problem = formulate(clockData(vocabulary, length), {beta: 0, patch: '2'});
  const context = {problem, params: ADAM, model, seed: 1};
  let state = tidyState(() => ({state: adam.init(context)})).state;
  let iteration = 0;
  return {
    step: async () => {
      ({state} = await iterate(adam, context, state, ++iteration, 1));
    },
    stop: () => {
      disposeReplaced(state, null);
      problem.dispose();
    },
  };
}

/** The same network and batches in plain tfjs: variableGrads and tf.train.adam. */
function plainSteps(vocabulary: number, length: number, model: ParamValues): {readonly step: Step; readonly stop: () => void} {
  const problem = formulate(clockData(vocabulary, length), {beta: 0, patch: '2'});
  const start = problem.gradients?.init(model, 1) as Vars;
  const vars = Object.fromEntries(Object.entries(start).map(([name, value]) => [name, tf.variable(value)]));
  const optimizer = tf.train.adam(0.01, 0.9, 0.99, 1e-8);
  const plain = {model, length, causal: true, outputs: vocabulary};
  const {train} = problem;
  const perEpoch = Math.floor(train.x.shape[0] / 16);
  let iteration = 0;
  return {
    step: () => {
      const batch: Batch = tf.tidy(() => ({...sliced(train, (iteration++ % perEpoch) * 16, 16)}));
      const {value, grads} = tf.variableGrads(() => plainLoss(plain, vars, batch.x, batch.y), Object.values(vars));
      optimizer.applyGradients(grads as Parameters<typeof optimizer.applyGradients>[0]);
      tf.dispose([value, grads, batch.x, batch.y] as unknown as tf.TensorContainer);
    },
    stop: () => {
      tf.dispose([start, vars] as unknown as tf.TensorContainer);
      optimizer.dispose();
      problem.dispose();
    },
  };
}

/** Steps a second of both in turn, so that other work on the machine weighs on both; the median of several rounds. */
async function rates(sides: readonly {readonly step: Step}[], seconds: number, rounds: number): Promise<readonly number[]> {
  const seen = sides.map((): number[] => []);
  for (const {step} of sides) for (let i = 0; i < 3; i++) await step();
  for (let round = 0; round < rounds; round++) {
    for (const [at, {step}] of sides.entries()) {
      const from = clock();
      let steps = 0;
      while (clock() - from < (1000 * seconds) / rounds || steps < 2) {
        await step();
        steps++;
      }
      seen[at].push((1000 * steps) / (clock() - from));
    }
  }
  return seen.map(median);
}

/** Training steps a second of a transformer by hand-written gradients, against the same network in plain tfjs operations. */
export const transformer: Section = async ({seconds, quick}) => {
  prepareNodeBackends();
  const lines: string[][] = [];
  for (const backend of ['wasm', 'cpu'] as const) {
    await chooseBackend(backend, []);
    for (const {name, vocabulary, length, model} of SIZES.slice(0, quick ? 1 : undefined)) {
      const parameters = modelOf(model);
      const sides = [engineSteps(vocabulary, length, parameters), plainSteps(vocabulary, length, parameters)];
      const [engine, plain] = await rates(sides, 2 * seconds, 5);
      for (const {stop} of sides) stop();
      lines.push([name, backend, show(engine), show(plain), ratio(engine, plain)]);
    }
  }
  console.log(table(['Adam, batch 16, LayerNorm before sublayers', 'backend', 'steps/s', 'plain tfjs', 'ratio'], lines, 2));
};
