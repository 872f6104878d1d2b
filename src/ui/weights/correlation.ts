import type {BinaryWeights} from '../../core/protocol.ts';
import {type Block, meanOf} from './rows.ts';

/**
 * What is compared of two weights: their latent rows, or the signs that are drawn from them. A network draws one r a
 * neuron, so that noise is shared within a neuron and independent between two.
 */
export type Compared = 'rows' | 'signs';

/** How signs are drawn: a network's from its means, or (Goemans and Williamson) a random plane through the sphere. */
export type Rounding = 'anchored' | 'plane';

export interface Correlation {
  /** Weights compared, the first of the block. */
  readonly size: number;
  /** size x size, from -1 to 1, with a diagonal of 1: a sign is equal to itself. */
  readonly values: Float64Array;
}

/** More than these don't fit into a picture that is read square by square. */
export const MOST_COMPARED = 64;

/** mu_i mu_j, and Z_i . Z_j where the two share their noise. */
function parts(weights: BinaryWeights, block: Block, i: number, j: number): readonly [means: number, noise: number] {
  const {rows, rank} = weights;
  const [a, b] = [(block.from + i) * (1 + rank), (block.from + j) * (1 + rank)];
  let noise = 0;
  const shared = Math.floor(i / block.inputs) === Math.floor(j / block.inputs);
  for (let c = 1; shared && c <= rank; c++) noise += rows[a + c] * rows[b + c];
  return [rows[a] * rows[b], noise];
}

export function correlationOf(weights: BinaryWeights, block: Block, compared: Compared, rounding: Rounding, most = MOST_COMPARED): Correlation {
  const size = Math.min(block.count, most);
  const values = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    values[i * size + i] = 1;
    for (let j = 0; j < i; j++) {
      const [means, noise] = parts(weights, block, i, j);
      const value = compared === 'rows' || weights.rank === 0 ? means + noise : signs(weights, block, i, j, means + noise, noise, rounding);
      values[i * size + j] = value;
      values[j * size + i] = value;
    }
  }
  return {size, values};
}

function signs(weights: BinaryWeights, block: Block, i: number, j: number, product: number, noise: number, rounding: Rounding): number {
  if (rounding === 'plane') return (2 / Math.PI) * Math.asin(Math.min(Math.max(product, -1), 1));
  return meanSignProduct(standing(weights, block.from + i), standing(weights, block.from + j), noise);
}

interface Standing {
  readonly mean: number;
  readonly spread: number;
}

const standing = (weights: BinaryWeights, i: number): Standing => {
  const mean = meanOf(weights, i);
  return {mean, spread: Math.sqrt(Math.max(0, 1 - mean * mean))};
};

/** Below this the noise decides nothing: the sign is that of the mean. */
const STILL = 1e-9;

/**
 * E[sign(a) sign(b)] of two normal variables with means and standard deviations, of covariance `noise`. With thresholds
 * s = mean / spread and rho the correlation it is m_a m_b + 4 times the integral of the bivariate normal density at
 * (s_a, s_b) over correlations from 0 to rho (Plackett 1954); for means of zero that is (2/pi) asin(rho).
 */
export function meanSignProduct(a: Standing, b: Standing, noise: number): number {
  const [ma, mb] = [meanSign(a), meanSign(b)];
  if (a.spread < STILL || b.spread < STILL || noise === 0) return ma * mb;
  const [s, t] = [a.mean / a.spread, b.mean / b.spread];
  const end = Math.asin(Math.min(Math.max(noise / (a.spread * b.spread), -1), 1));
  const steps = 24;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    // Midpoints never touch |rho| = 1, where the density has no value.
    const angle = ((i + 0.5) / steps) * end;
    const cosine = Math.cos(angle);
    sum += Math.exp(-(s * s - 2 * s * t * Math.sin(angle) + t * t) / (2 * cosine * cosine));
  }
  return Math.min(Math.max(ma * mb + (2 / Math.PI) * (end / steps) * sum, -1), 1);
}

/** E[sign(mean + spread r)] = erf(mean / (spread sqrt 2)). */
export const meanSign = ({mean, spread}: Standing): number => (spread < STILL ? (mean >= 0 ? 1 : -1) : erf(mean / (spread * Math.SQRT2)));

/** Abramowitz and Stegun 7.1.26, to 1.5e-7: more than a colour shows. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - poly * Math.exp(-x * x));
}

/** The pairs furthest from independence, strongest first. */
export function strongest({size, values}: Correlation, most: number): readonly {readonly i: number; readonly j: number; readonly value: number}[] {
  const pairs = Array.from({length: (size * (size - 1)) / 2}, (_, at) => {
    const i = Math.floor((1 + Math.sqrt(1 + 8 * at)) / 2);
    const j = at - (i * (i - 1)) / 2;
    return {i, j, value: values[i * size + j]};
  });
  return pairs.sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, most);
}
