import type {Snapshot} from '../../core/protocol.ts';
import {randomStream} from '../../core/random.ts';
import {type HostNet, signOf} from './netHost.ts';
import {LAYERS, layerShapes, muOf, neuronOfWeights, noiseOf, type NetModel, realLengths, weightCount, zOf} from './netModel.ts';

/** Samples among which the best is sought, and whose mean J is the expected J. */
export const SAMPLES = 64;
/** Samples whose outputs are averaged. */
export const AVERAGED = 40;

/**
 * A distribution over binary weights: w = sign(a) with a_i = mu_i + Z_i . r + noise_i e_i. The normal r in R^rank is shared by
 * the weights of one neuron, e_i is weight i's own (mean field: noise_i = sqrt(1 - mu_i^2)).
 */
export interface Latent {
  readonly rank: number;
  readonly mu: Float64Array;
  /** rank x weights. */
  readonly z: Float64Array;
  readonly noise: Float64Array | null;
  readonly bias: Float64Array;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** The variables of a snapshot by name. */
function variablesOf({shapes, values}: Snapshot): ReadonlyMap<string, Float64Array> {
  const found = new Map<string, Float64Array>();
  let at = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const size = shape.reduce((product, length) => product * length, 1);
    found.set(name, Float64Array.from(values.subarray(at, at + size)));
    at += size;
  }
  return found;
}

export function latentOf(model: NetModel, snapshot: Snapshot): Latent {
  const variables = variablesOf(snapshot);
  const read = (name: string): Float64Array => variables.get(name) ?? new Float64Array(0);
  const rank = snapshot.shapes[zOf('hidden')]?.[0] ?? 0;
  const shapes = layerShapes(model);
  const z = new Float64Array(rank * weightCount(model));
  let at = 0;
  for (let c = 0; c < rank; c++) {
    for (const layer of LAYERS) {
      const size = shapes[layer][0] * shapes[layer][1];
      z.set(read(zOf(layer)).subarray(c * size, (c + 1) * size), at);
      at += size;
    }
  }
  const joined = (name: (layer: string) => string): Float64Array => Float64Array.from(LAYERS.flatMap((layer) => [...read(name(layer))]));
  const hasNoise = variables.has(noiseOf('hidden'));
  return {rank, mu: joined(muOf), z, noise: hasNoise ? joined(noiseOf) : null, bias: read('bias'), scale: read('scale'), shift: read('shift')};
}

/** The latent parameters as a snapshot, in float32. */
export function snapshotOfLatent(model: NetModel, latent: Latent): Snapshot {
  const shapes: Record<string, readonly number[]> = {};
  const values: number[] = [];
  const total = weightCount(model);
  let from = 0;
  for (const [layer, [out, width]] of Object.entries(layerShapes(model))) {
    const to = from + out * width;
    shapes[muOf(layer)] = [out, width];
    values.push(...latent.mu.subarray(from, to));
    if (latent.rank > 0) {
      shapes[zOf(layer)] = [latent.rank, out, width];
      for (let c = 0; c < latent.rank; c++) values.push(...latent.z.subarray(c * total + from, c * total + to));
    }
    if (latent.noise) {
      shapes[noiseOf(layer)] = [out, width];
      values.push(...latent.noise.subarray(from, to));
    }
    from = to;
  }
  for (const name of Object.keys(realLengths(model)) as ('bias' | 'scale' | 'shift')[]) {
    shapes[name] = [latent[name].length];
    values.push(...latent[name]);
  }
  return {iteration: 0, shapes, values: Float32Array.from(values)};
}

/** The normal numbers of one sample. The same for every network and iteration, so that samples are comparable. */
export interface SampleDraw {
  /** rank x neurons. */
  readonly r: Float64Array;
  /** One a weight. */
  readonly e: Float64Array;
}

export function sampleDraw(index: number, rank: number, neurons: number, weights: number): SampleDraw {
  const random = randomStream('binary sample', index);
  const normals = (count: number): Float64Array => Float64Array.from({length: count}, () => random.normal());
  return {r: normals(rank * neurons), e: normals(weights)};
}

/** Draws of several samples for networks of one model and rank. */
export function sampleDraws(model: NetModel, count: number, rank: number, noise: boolean): readonly SampleDraw[] {
  const {hidden, outputs} = model;
  return Array.from({length: count}, (_, s) => sampleDraw(s, rank, hidden + outputs, noise ? weightCount(model) : 0));
}

/** Whether its samples differ at all. */
export const isDistribution = ({rank, noise}: Latent): boolean => rank > 0 || noise !== null;

/** sign(mu), as the network that it stands for. */
export const roundedNet = ({mu, bias, scale, shift}: Latent): HostNet => ({weights: Int8Array.from(mu, signOf), bias, scale, shift});

export function sampledNet(model: NetModel, {rank, mu, z, noise, bias, scale, shift}: Latent, {r, e}: SampleDraw): HostNet {
  const neuronOf = neuronOfWeights(layerShapes(model));
  const neurons = model.hidden + model.outputs;
  const weights = Int8Array.from(mu, (value, i) => {
    let a = value;
    for (let c = 0; c < rank; c++) a += z[c * mu.length + i] * r[c * neurons + neuronOf[i]];
    return signOf(noise ? a + noise[i] * e[i] : a);
  });
  return {weights, bias, scale, shift};
}
