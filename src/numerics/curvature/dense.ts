import {symmetricEigen} from '../symmetricEigen.ts';
import type {Extremes, Eigenpair} from './lanczos.ts';
import type {Nodes} from './spectrum.ts';

/** The spectrum of a symmetric n x n matrix whose entries are known, row-major, as Lanczos and its quadrature would tell of it in full. */
export interface DenseSpectrum {
  /** The largest `count` eigenvalues, or as many as there are, and the smallest. */
  extremes(count: number): Extremes;
  /** All eigenvalues with equal weights. */
  readonly nodes: Nodes;
}

export function denseSpectrum(matrix: Float64Array, n: number): DenseSpectrum {
  const {values, vectors} = symmetricEigen(matrix, n);
  const pair = (j: number): Eigenpair => ({value: values[j], bound: 0, vector: vectors.slice(j * n, (j + 1) * n)});
  return {
    extremes: (count) => ({largest: Array.from({length: Math.min(count, n)}, (_, j) => pair(j)), smallest: pair(n - 1), steps: 0}),
    nodes: {values, weights: values.map(() => 1 / n)},
  };
}
