import {randomStream} from '../core/random.ts';

/** Distinct activation patterns of the rows of X (n x d): column i is 1[X g_i >= 0]. */
export interface Patterns {
  readonly count: number;
  /** n x count, row-major, entries 0 or 1. */
  readonly mask: Float64Array;
  /** count x d, row-major: a gate direction of each pattern. */
  readonly gates: Float64Array;
}

/** 1[X g >= 0] as a string key and a column. */
export function patternOf(x: Float64Array, n: number, d: number, gate: ArrayLike<number>): {readonly key: string; readonly column: Uint8Array} {
  const column = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    let z = 0;
    for (let c = 0; c < d; c++) z += x[i * d + c] * gate[c];
    column[i] = z >= 0 ? 1 : 0;
  }
  return {key: column.join(''), column};
}

function assemble(columns: readonly Uint8Array[], chosen: readonly ArrayLike<number>[], n: number): Patterns {
  const count = columns.length;
  const mask = new Float64Array(n * count);
  for (const [p, column] of columns.entries()) for (let i = 0; i < n; i++) mask[i * count + p] = column[i];
  return {count, mask, gates: Float64Array.from(chosen.flatMap((gate) => Array.from(gate)))};
}

/** The distinct patterns of given gate directions, in their order. */
export function patternsOfGates(x: Float64Array, n: number, d: number, gates: Iterable<ArrayLike<number>>): Patterns {
  const seen = new Set<string>();
  const columns: Uint8Array[] = [];
  const chosen: ArrayLike<number>[] = [];
  for (const gate of gates) {
    const {key, column} = patternOf(x, n, d, gate);
    if (seen.has(key)) continue;
    seen.add(key);
    columns.push(column);
    chosen.push(gate);
  }
  return assemble(columns, chosen, n);
}

/**
 * `wanted` distinct patterns of normal gate directions, without the one that is active nowhere. Small or low-dimensional data may not have so
 * many: drawing stops after 50 draws for each wanted pattern.
 */
export function samplePatterns(x: Float64Array, n: number, d: number, wanted: number, seed: number): Patterns {
  const random = randomStream(seed, 'patterns');
  const seen = new Set<string>(['0'.repeat(n)]);
  const columns: Uint8Array[] = [];
  const chosen: ArrayLike<number>[] = [];
  for (let draw = 0; columns.length < wanted && draw < 50 * wanted; draw++) {
    const gate = Float64Array.from({length: d}, () => random.normal());
    const {key, column} = patternOf(x, n, d, gate);
    if (seen.has(key)) continue;
    seen.add(key);
    columns.push(column);
    chosen.push(gate);
  }
  return assemble(columns, chosen, n);
}
