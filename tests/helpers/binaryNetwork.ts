import type {Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import type {NetModel} from '../../src/numerics/binary/netModel.ts';

interface Kind {
  readonly seed: number;
  readonly rank: number;
  /** Whether weights have noise of their own, sqrt(1 - mu^2) each. */
  readonly noise?: boolean;
}

/** A snapshot of a model with random latent parameters; without noise mu and Z are normal, with it mu is uniform. */
export function randomBinary({hidden, inputs, outputs, sums, allBinary}: NetModel, {seed, rank, noise = false}: Kind): Snapshot {
  const random = randomStream(seed, 'binary network');
  const shapes: Record<string, readonly number[]> = {};
  const values: number[] = [];
  const add = (name: string, shape: readonly number[], entry: (at: number) => number): void => {
    shapes[name] = shape;
    const size = shape.reduce((product, length) => product * length, 1);
    for (let at = 0; at < size; at++) values.push(entry(at));
  };
  for (const [layer, out, width] of [['hidden', hidden, inputs], ['output', outputs, sums]] as const) {
    const from = values.length;
    add(`${layer}Mu`, [out, width], () => (noise ? 2 * random.uniform() - 1 : random.normal()));
    if (rank > 0) add(`${layer}Z`, [rank, out, width], () => random.normal());
    if (noise) add(`${layer}Noise`, [out, width], (at) => Math.sqrt(1 - values[from + at] ** 2));
  }
  if (!allBinary) {
    add('bias', [hidden], () => random.normal() / 2);
    add('scale', [outputs], () => 0.3 + random.uniform());
    add('shift', [outputs], () => random.normal());
  }
  return {iteration: 0, shapes, values: Float32Array.from(values)};
}

interface Rounded {
  readonly w1: readonly (readonly number[])[];
  readonly w2: readonly (readonly number[])[];
  readonly bias: readonly number[];
  readonly scale: readonly number[];
  readonly shift: readonly number[];
}

/** sign(mu), row by row, and the real parameters. */
export function binaryOf({shapes, values}: Snapshot): Rounded {
  const found: Record<string, readonly (readonly number[])[]> = {};
  let from = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const width = shape[shape.length - 1];
    const size = shape.reduce((product, length) => product * length, 1);
    found[name] = Array.from({length: size / width}, (_, row) => [...values.subarray(from + row * width, from + (row + 1) * width)]);
    from += size;
  }
  const signs = (rows: readonly (readonly number[])[]): number[][] => rows.map((row) => row.map((value) => (value >= 0 ? 1 : -1)));
  return {w1: signs(found.hiddenMu), w2: signs(found.outputMu), bias: found.bias?.[0] ?? [], scale: found.scale?.[0] ?? [], shift: found.shift?.[0] ?? []};
}
