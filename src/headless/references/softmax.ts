import {failure, success} from '../../core/result.ts';
import {tf} from '../../engine/tf.ts';
import {prepareNodeBackends} from '../nodeBackends.ts';
import {compareCase, missingOf, notImplemented} from './softmaxCompare.ts';
import {type SoftmaxCase, softmaxFileSchema} from './softmaxFile.ts';
import {hostRunsOf} from './softmaxHost.ts';
import {runOnTensors, TENSOR_OPS} from './softmaxOps.ts';
import type {CompareReference, Comparison} from './types.ts';

/** The tensor backends that Node has; WebGPU is held to the same cases in the browser tests. */
const BACKENDS = ['cpu', 'wasm'] as const;

async function* onHost(cases: readonly SoftmaxCase[], clock: () => number): AsyncIterable<Comparison> {
  for (const one of cases) {
    for (const {way, run} of hostRunsOf(one)) {
      const from = clock();
      const found = await run();
      yield compareCase(`${one.id}, ${way ? `${way} on host` : 'host'}`, one, found, (clock() - from) / 1000, true);
    }
  }
}

async function* onBackend(cases: readonly SoftmaxCase[], backend: string, clock: () => number): AsyncIterable<Comparison> {
  if (!(await tf.setBackend(backend))) throw new Error(`the ${backend} backend did not start`);
  for (const one of cases.filter(({op}) => Object.hasOwn(TENSOR_OPS, op))) {
    const from = clock();
    const found = await runOnTensors(one);
    yield compareCase(`${one.id}${missingOf(one).length > 0 ? ', what there is of it' : ''}, ${backend}`, one, found, (clock() - from) / 1000);
  }
}

async function* comparisons(cases: readonly SoftmaxCase[], clock: () => number): AsyncIterable<Comparison> {
  yield* onHost(cases, clock);
  prepareNodeBackends();
  for (const backend of BACKENDS) yield* onBackend(cases, backend, clock);
  for (const one of cases.filter((two) => missingOf(two).length > 0)) yield notImplemented(one);
}

const known = (one: SoftmaxCase): boolean => Object.hasOwn(TENSOR_OPS, one.op) || hostRunsOf(one).length > 0 || missingOf(one).length > 0;

/** The operations of transformers and classifiers, their gradients and optimizers: on the host and on each backend of Node. */
export const compareSoftmax: CompareReference = (file, clock) => {
  const parsed = softmaxFileSchema.safeParse(file);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return failure(issue.path.join('.') || 'file', issue.message);
  }
  const {cases} = parsed.data;
  const strange = cases.find((one) => !known(one));
  return strange ? failure('cases', `the case "${strange.id}" has the operation "${strange.op}", which is not known`) : success(comparisons(cases, clock));
};
