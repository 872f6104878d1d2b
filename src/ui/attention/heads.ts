import type {AttentionPicture} from '../../core/protocol.ts';

/** One attention among all: a layer and a head, both from 0. */
export interface Place {
  readonly layer: number;
  readonly head: number;
}

type Sized = Pick<AttentionPicture, 'layers' | 'heads' | 'queries' | 'keys'>;

const numberOf = ({heads}: Sized, {layer, head}: Place): number => layer * heads + head;

/** The weights of one head, queries x keys. */
export function weightsOf(picture: AttentionPicture, place: Place): Float64Array {
  const size = picture.queries.length * picture.keys.length;
  const from = numberOf(picture, place) * size;
  return picture.weights.subarray(from, from + size);
}

/** Keys that each query of a head effectively attends to. */
export function effectiveOf(picture: AttentionPicture, place: Place): Float64Array {
  const from = numberOf(picture, place) * picture.queries.length;
  return picture.effective.subarray(from, from + picture.queries.length);
}

export const meanOf = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** A place within a picture, whatever was chosen before. */
export const placeWithin = ({layer, head}: Place, {layers, heads}: Sized): Place => ({layer: Math.min(layer, layers - 1), head: Math.min(head, heads - 1)});

/** One step on among all attentions, in the direction that they lie in. */
export function moved({layer, head}: Place, key: string, {layers, heads}: Sized, {across}: Pick<Grid, 'across'>): Place | null {
  const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[key];
  if (!step) return null;
  const [byLayer, byHead] = across ? [step[1], step[0]] : step;
  return {layer: Math.min(Math.max(layer + byLayer, 0), layers - 1), head: Math.min(Math.max(head + byHead, 0), heads - 1)};
}

/** The key with the largest weight of a query's row. */
export function strongestKey(weights: Float64Array, query: number, keys: number): number {
  let best = 0;
  for (let key = 1; key < keys; key++) if (weights[query * keys + key] > weights[query * keys + best]) best = key;
  return best;
}

export interface Bar {
  readonly key: number;
  readonly weight: number;
}

/** The weights of a single query, by key or largest first; equal ones stay in the order of the keys. */
export function barsOf(weights: Float64Array, order: 'key' | 'weight'): readonly Bar[] {
  const bars = Array.from(weights, (weight, key) => ({key, weight}));
  return order === 'key' ? bars : bars.sort((a, b) => b.weight - a.weight);
}

/** Where the small pictures of all attentions stand: layers in bands from left to right. */
export interface Grid {
  /** Whether the heads of a layer stand side by side, else below each other. */
  readonly across: boolean;
  readonly perBand: number;
  readonly bands: number;
  /** Side of a small picture, in pixels, and the distance from one to the next. */
  readonly cell: number;
  readonly pitch: number;
  /** Room for a layer's number above its heads. */
  readonly label: number;
}

const GAP = 3;
const LARGEST = 84;

/** Between the layers of a band. */
const APART = 5;
/** Heads stand below each other unless this factor is gained otherwise. */
const WORTH = 1.15;

/** The bands that leave each small picture the most room in a box. */
export function gridFor(width: number, height: number, layers: number, heads: number, label: number): Grid {
  let best: Grid = {across: false, perBand: layers, bands: 1, cell: 0, pitch: GAP, label};
  for (const across of [false, true]) {
    const [columns, rows] = across ? [heads, 1] : [1, heads];
    for (let bands = 1; bands <= layers; bands++) {
      const perBand = Math.ceil(layers / bands);
      const cell = Math.min(LARGEST, (width / perBand - APART) / columns - GAP, (height / bands - label) / rows - GAP);
      if (cell > best.cell * (across && !best.across ? WORTH : 1)) best = {across, perBand, bands, cell, pitch: cell + GAP, label};
    }
  }
  return best;
}

/** Width and height of a layer with all its heads, its number and the distance to the next. */
const blockOf = ({across, pitch, label}: Grid, heads: number): readonly [number, number] => [
  (across ? heads : 1) * pitch + APART,
  label + (across ? 1 : heads) * pitch,
];

/** What a grid needs of the height that it was made for. */
export const heightOf = (grid: Grid, heads: number): number => grid.bands * blockOf(grid, heads)[1];

/** Upper left corner of a small picture. */
export function cornerOf(grid: Grid, {layer, head}: Place, heads: number): readonly [number, number] {
  const {across, perBand, pitch, label} = grid;
  const [wide, tall] = blockOf(grid, heads);
  return [(layer % perBand) * wide + (across ? head * pitch : 0), Math.floor(layer / perBand) * tall + label + (across ? 0 : head * pitch)];
}

/** The small picture under a pixel, or null between them. */
export function placeAt(grid: Grid, {layers, heads}: Sized, x: number, y: number): Place | null {
  const {across, perBand, pitch, label} = grid;
  const [wide, tall] = blockOf(grid, heads);
  const [band, column] = [Math.floor(y / tall), Math.floor(x / wide)];
  const layer = band * perBand + column;
  const head = across ? Math.floor((x - column * wide) / pitch) : Math.max(0, Math.floor((y - band * tall - label) / pitch));
  return x < 0 || y < 0 || column >= perBand || layer >= layers || head >= heads ? null : {layer, head};
}
