import type {SharedSpace} from '../../core/hostProblem.ts';
import type {Snapshot} from '../../core/protocol.ts';
import {layerShapes, type NetModel, neuronOfWeights, realLengths} from '../../numerics/binary/netModel.ts';
import {isDistribution, latentOf, type SampleDraw, sampleDraws, snapshotOfLatent} from '../../numerics/binary/netSamples.ts';
import {planeKernel} from './plane.ts';
import {latentAt, pointOf, type Setting} from './points.ts';

/** Samples whose mean J is drawn, while that many outputs are quick to make; fewer on large data. */
const MOST_SAMPLES = 16;
const FEWEST_SAMPLES = 4;
const OUTPUTS = 8000;

/** Samples on n rows with so many outputs. */
export const sampleCount = (n: number, outputs: number): number => Math.max(FEWEST_SAMPLES, Math.min(MOST_SAMPLES, Math.floor(OUTPUTS / (n * outputs))));

/** For each coordinate the neuron whose row or parameter it is; outputs follow the hidden ones. */
function unitsOf(model: NetModel, rank: number, noise: boolean): Int32Array {
  const weights = [...neuronOfWeights(layerShapes(model))];
  const {bias = 0, scale = 0, shift = 0} = realLengths(model);
  const outputs = (count: number): number[] => Array.from({length: count}, (_, c) => model.hidden + c);
  const copies = 1 + rank + (noise ? 1 : 0);
  return Int32Array.from([...Array.from({length: copies}, () => weights).flat(), ...Array.from({length: bias}, (_, j) => j), ...outputs(scale), ...outputs(shift)]);
}

/**
 * Distributions over networks of one model as points of one space: the latent parameters as they are, with columns of zeros up to the largest rank.
 * J there is the mean over a fixed set of draws, that of sign(mu) where no network has a distribution.
 */
export function sharedSpace(setting: Setting, paths: readonly (readonly Snapshot[])[]): SharedSpace {
  const {model, part} = setting;
  const ends = paths.map((path) => latentOf(model, path[0]));
  const rank = Math.max(...ends.map((latent) => latent.rank));
  const noise = ends.some((latent) => latent.noise !== null);
  const unitOf = unitsOf(model, rank, noise);
  const none: SampleDraw = {r: new Float64Array(0), e: new Float64Array(0)};
  const draws = ends.some(isDistribution) ? sampleDraws(model, sampleCount(part.n, model.outputs), rank, noise) : [none];
  return {
    dim: unitOf.length,
    unitOf,
    paths: paths.map((path) => ({
      iterations: Int32Array.from(path, (snapshot) => snapshot.iteration),
      point: (index) => pointOf(latentOf(model, path[index]), rank, noise),
    })),
    place: ({shapes, values}) => {
      const latent = latentOf(model, {iteration: 0, shapes, values: Float32Array.from(values)});
      return latent.rank <= rank && (noise || latent.noise === null) ? pointOf(latent, rank, noise) : null;
    },
    network: (point) => snapshotOfLatent(model, latentAt(model, point, rank, noise)),
    kernel: (plane) => planeKernel(setting, {rank, noise, draws}, plane),
  };
}
