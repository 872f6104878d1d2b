import {failure, success} from '../../core/result.ts';
import {type BinaryFile, binaryFileSchema} from './binaryFile.ts';
import {compareIdentities, compareTraces} from './binaryIdentities.ts';
import {compareBinaryNetworks} from './binaryNetworks.ts';
import {compareQubo, compareStuckOne, compareStuckTwo} from './binaryQubo.ts';
import {compareSampling} from './binarySampling.ts';
import {compareNeurons} from './logisticNeuron.ts';
import type {CompareReference, Comparison} from './types.ts';

function* comparisons(file: BinaryFile, whole: unknown, clock: () => number): Iterable<Comparison> {
  for (const one of file.qubo) yield* compareQubo(one, clock);
  yield* compareStuckTwo(file, clock);
  yield* compareStuckOne(file, clock);
  yield* compareIdentities(file, clock);
  yield* compareTraces(file, clock);
  yield* compareNeurons(file, clock);
  yield* compareSampling(file, clock);
  yield* compareBinaryNetworks(whole, clock);
}

/** Binary least squares, its relaxation and its trainers; then the networks with binary weights. */
export const compareBinary: CompareReference = (file, clock) => {
  const parsed = binaryFileSchema.safeParse(file);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return failure(issue.path.join('.') || 'file', issue.message);
  }
  return success(comparisons(parsed.data, file, clock));
};
