import {randomStream} from '../core/random.ts';
import {type Patterns, patternsOfGates} from './patterns.ts';

/** Directions tried for each wanted pattern before giving up, and the multiplications that all may take. */
const TRIES = 200;
const WORK_LIMIT = 3e8;

/** The middles of those gaps between the sorted numbers that are at least `wide` wide. */
function gaps(numbers: Float64Array, wide: number): number[] {
  const sorted = numbers.slice().sort();
  const middles: number[] = [];
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] > sorted[i - 1] && sorted[i] - sorted[i - 1] >= wide) middles.push((sorted[i] + sorted[i - 1]) / 2);
  }
  return middles;
}

/**
 * Distinct patterns of the rows of X (n x d, the last column 1) that a non-zero neuron can have on whole boxes: those of
 * directions u with |x_k . u| >= epsilon |u_bar|_1 for every k, where u_bar leaves out the constant's weight. Others have
 * an empty cone in convex adversarial training, so leaving them out changes no optimum.
 *
 * The first is the pattern active everywhere, which constants and linear functions have. For the others u_bar is drawn
 * from a normal distribution, and its boundary is put into the middle of one of the gaps, at least 2 epsilon |u_bar|_1
 * wide, that the samples leave along it. Dense data leave few: the count may stay below `wanted`.
 */
export function sampleRobustPatterns(x: Float64Array, n: number, d: number, wanted: number, seed: number, epsilon: number): Patterns {
  const random = randomStream(seed, 'robust patterns');
  const gates: Float64Array[] = [Float64Array.from({length: d}, (_, t) => (t === d - 1 ? 1 : 0))];
  const seen = new Set<string>(['1'.repeat(n)]);
  const limit = Math.min(TRIES * wanted, WORK_LIMIT / (n * d));
  for (let drawn = 0; gates.length < wanted && drawn < limit; drawn++) {
    const gate = Float64Array.from({length: d}, (_, t) => (t === d - 1 ? 0 : random.normal()));
    const pick = random.uniform();
    const length = gate.reduce((sum, value) => sum + Math.abs(value), 0);
    const along = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let t = 0; t < d - 1; t++) along[i] += gate[t] * x[i * d + t];
    const middles = gaps(along, 2 * epsilon * length);
    if (middles.length === 0) continue;
    const middle = middles[Math.floor(pick * middles.length)];
    const key = Array.from(along, (value) => (value > middle ? '1' : '0')).join('');
    if (seen.has(key)) continue;
    seen.add(key);
    gate[d - 1] = -middle;
    gates.push(gate);
  }
  return patternsOfGates(x, n, d, gates);
}
