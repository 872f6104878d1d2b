import type {History, RunView} from '../../state/types.ts';
import {number} from '../format.ts';

/** Quantities by layer: entry 0 is the embedding, the last the output of the last layer. */
export const QUANTITIES = ['rms', 'slope'] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** A quantity's history as columns by layer; empty where it is not measured. */
export function layersOf({metrics}: History, quantity: Quantity): readonly (readonly number[])[] {
  const columns: (readonly number[])[] = [];
  for (let layer = 0; Object.hasOwn(metrics, `${quantity}/${layer}`); layer++) columns.push(metrics[`${quantity}/${layer}`]);
  return columns;
}

/** Whether a run measures its layers. */
export const hasLayers = (run: RunView): boolean => Object.hasOwn(run.history.metrics, 'rms/0');

/** All layers at one record. */
export const profileAt = (columns: readonly (readonly number[])[], record: number): readonly number[] => columns.map((column) => column[record] ?? Number.NaN);

/** What layer 0 is called: the embedding of tokens, or a plain network's input. */
export type FirstLayer = 'embedding' | 'input';

export const layerName = (layer: number, first: FirstLayer): string => (layer === 0 ? first : `layer ${layer}`);

const NOT_FINITE = 'not a number';

/**
 * Where a profile is not finite, in words, or null where it is: "layer 5 and above: not a number". Hidden states break
 * from a layer upwards, gradients from one downwards; a profile without any finite value is said to be so.
 */
export function brokenWords(profile: readonly number[], first: FirstLayer): string | null {
  const broken = profile.flatMap((value, layer) => (Number.isFinite(value) ? [] : [layer]));
  if (broken.length === 0 || profile.length === 0) return null;
  if (broken.length === profile.length) return `all layers: ${NOT_FINITE}`;
  const [low, high] = [broken[0], broken[broken.length - 1]];
  if (high - low + 1 !== broken.length || (low > 0 && high < profile.length - 1)) return `${broken.length > 1 ? 'layers' : 'layer'} ${broken.join(', ')}: ${NOT_FINITE}`;
  if (low > 0) return `layer ${low}${high > low ? ' and above' : ''}: ${NOT_FINITE}`;
  return `${high === 0 ? first : `layer ${high} and below`}: ${NOT_FINITE}`;
}

/** A profile in a few words: both ends and how far apart they are. */
export function profileWords(profile: readonly number[], first: FirstLayer): string {
  const [low, high] = [profile[0], profile[profile.length - 1]];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return brokenWords(profile, first) ?? 'not measured';
  const ends = `${number(low, 3)} at the ${first}, ${number(high, 3)} at layer ${profile.length - 1}`;
  return low > 0 ? `${ends}, ${number(high / low, 3)} times as much` : ends;
}

/** The finite positive values' ends on a log scale, at least a factor `least` apart; null where there are none. */
export function logRange(columns: readonly (readonly number[])[], least = 4): readonly [number, number] | null {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const value of columns.flat()) {
    if (!Number.isFinite(value) || value <= 0) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high === 0) return null;
  const widen = Math.max(1, Math.sqrt(least / (high / low)));
  return [low / widen, high * widen];
}

/** Place 0..1 on a log scale. */
export const logShare = ([low, high]: readonly [number, number], value: number): number => Math.log(value / low) / Math.log(high / low);

/** Edges of the columns that records fill on an axis: half-way to their neighbours, the outermost up to themselves. */
export function edgesOf(xs: readonly number[], middle: (a: number, b: number) => number): readonly number[] {
  if (xs.length === 0) return [];
  const inner = xs.slice(1).map((x, i) => middle(xs[i], x));
  return [xs[0], ...inner, xs[xs.length - 1]];
}
