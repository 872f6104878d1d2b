import * as tf from '@tensorflow/tfjs-core';
import type {Patterns} from '../../numerics/patterns.ts';

/** One group of the programme: its activation pattern, the sign of its output weight, and a direction of the pattern. */
export interface Column {
  /** n entries, 0 or 1. */
  readonly pattern: Uint8Array;
  readonly sign: 1 | -1;
  /** d numbers. */
  readonly gate: ArrayLike<number>;
}

/** The columns on the device. */
export interface Masks {
  /** Patterns times signs, [n, C]. */
  readonly signedD: tf.Tensor2D;
  /** E = 2 D - 1, [n, C]. */
  readonly e: tf.Tensor2D;
  /** Signs, [1, C]. */
  readonly signs: tf.Tensor2D;
  /** [C, d]. */
  readonly gates: tf.Tensor2D;
}

/** The columns of fixed patterns: v_i (sign +1) for all of them, then w_i (sign -1). */
export function pairedColumns(patterns: Patterns, n: number): Column[] {
  const single = singleColumns(patterns, n);
  return [...single, ...single.map((column): Column => ({...column, sign: -1}))];
}

/** One column a pattern: without cones v_i may point either way, and w_i = -v_i is nothing new. */
export function singleColumns({count, mask, gates}: Patterns, n: number): Column[] {
  const d = gates.length / Math.max(1, count);
  return Array.from({length: count}, (_, p) => ({
    pattern: Uint8Array.from({length: n}, (_row, i) => mask[i * count + p]),
    sign: 1,
    gate: gates.subarray(p * d, (p + 1) * d),
  }));
}

export function uploadColumns(columns: readonly Column[], n: number, d: number): Masks {
  const count = columns.length;
  const signedD = new Float32Array(n * count);
  const e = new Float32Array(n * count);
  const gates = new Float32Array(count * d);
  for (const [c, {pattern, sign, gate}] of columns.entries()) {
    for (let i = 0; i < n; i++) {
      signedD[i * count + c] = sign * pattern[i];
      e[i * count + c] = 2 * pattern[i] - 1;
    }
    gates.set(gate, c * d);
  }
  return {
    signedD: tf.tensor2d(signedD, [n, count]),
    e: tf.tensor2d(e, [n, count]),
    signs: tf.tensor2d(columns.map(({sign}) => sign), [1, count]),
    gates: tf.tensor2d(gates, [count, d]),
  };
}

/** Whether the second half of the columns repeats the first with the other sign, as toNetwork wants its groups. */
export function isPaired(columns: readonly Column[]): boolean {
  const half = columns.length / 2;
  return Number.isInteger(half) && columns.every(({pattern, sign}, c) => sign === (c < half ? 1 : -1) && pattern === columns[c % half].pattern);
}
