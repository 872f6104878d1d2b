import {type RandomStream, randomStream} from '../../core/random.ts';
import type {NetMethod} from './netMethod.ts';
import type {StepDraw} from './netStep.ts';

/** Everything random in training, as a function of (seed, iteration). */

const normals = (random: RandomStream, count: number): Float64Array => Float64Array.from({length: count}, () => random.normal());

/** Latent weights of one network at the start; rows of length 1 are made of them later. */
export function startRows({start, rank, zInit}: NetMethod, weights: number, seed: number): {readonly mu: Float64Array; readonly z: Float64Array} {
  const random = randomStream(seed, 'latent weights');
  switch (start) {
    case 'normal':
      return {mu: normals(random, weights).map((value) => 0.1 * value), z: new Float64Array(0)};
    case 'uniform':
      return {mu: Float64Array.from({length: weights}, () => 2 * random.uniform() - 1), z: new Float64Array(0)};
    case 'sphere':
      return {mu: normals(random, weights), z: normals(random, rank * weights).map((value) => zInit * value)};
  }
}

/** r for each neuron, then each weight's own number where the method has noise. */
export function stepDraw({rank, noise}: NetMethod, neurons: number, weights: number, seed: number, iteration: number): StepDraw {
  const random = randomStream(seed, 'draw', iteration);
  const r = normals(random, rank * neurons);
  switch (noise) {
    case 'none':
      return {r, e: new Float64Array(0)};
    case 'matching':
      return {r, e: normals(random, weights)};
    case 'rounding':
      return {r, e: Float64Array.from({length: weights}, () => 2 * random.uniform() - 1)};
  }
}

/** Rows of the training set, drawn with replacement. */
export function drawnRows(n: number, size: number, seed: number, iteration: number): Int32Array {
  const random = randomStream(seed, 'binary batch', iteration);
  return Int32Array.from({length: size}, () => random.below(n));
}
