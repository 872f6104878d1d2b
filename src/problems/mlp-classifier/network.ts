import type {ParamValues} from '../../core/params.ts';
import {randomStream} from '../../core/random.ts';

/** Most hidden layers. */
export const MOST_DEPTH = 8;

export type Activation = 'relu' | 'tanh' | 'square';
export type Norm = 'none' | 'layer' | 'rms' | 'batch';

/** A layer's variables by name; the last layer gives the logits, all others are hidden. */
export interface LayerNames {
  /** [in, out]. */
  readonly w: string;
  /** [out]; null where layers have no bias. */
  readonly b: string | null;
  /** Of the layer's norm, [out]; null where it has none. */
  readonly gain: string | null;
  readonly shift: string | null;
}

/** The layers that a set of variables makes up: its structure is in the names, so that it holds for networks of any origin. */
export function layersOf(names: readonly string[]): readonly LayerNames[] {
  const has = (name: string): string | null => (names.includes(name) ? name : null);
  const layers: LayerNames[] = [];
  for (let l = 0; names.includes(`w${l}`); l++) layers.push({w: `w${l}`, b: has(`b${l}`), gain: has(`gain${l}`), shift: has(`shift${l}`)});
  return layers;
}

/** What variables do not say of a network; a solver that brings its own has neither hidden layers nor norms. */
export const activationOf = ({activation = 'relu'}: ParamValues): Activation => activation as Activation;
export const normOf = ({norm = 'none'}: ParamValues): Norm => norm as Norm;

const upTo = (prefix: string): readonly string[] => Array.from({length: MOST_DEPTH + 1}, (_, l) => `${prefix}${l}`);

/** Variables that are not weights: no decay, and apart in layerwise methods. */
export const BIASES: readonly string[] = ['b', 'gain', 'shift'].flatMap(upTo);

interface InitialVariable {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Factors of w and b of a layer: the first hidden-to-hidden layer times s, the matrix after it divided by s. */
function rescaling(layer: number, depth: number, s: number): {readonly w: number; readonly b: number} {
  if (depth < 2) return {w: 1, b: 1};
  if (layer === 1) return {w: s, b: s};
  return {w: layer === 2 ? 1 / s : 1, b: 1};
}

/**
 * The start of a network of `depth` hidden layers: W ~ U(+-1/sqrt(in)) times the initial scale, b ~ U(+-1/sqrt(in)), gains 1 and
 * shifts 0, on hidden layers but the first.
 * @param inputs without the constant
 */
export function initialVariables(inputs: number, classes: number, model: ParamValues, seed: number): readonly InitialVariable[] {
  const depth = Number(model.depth);
  const norm = normOf(model);
  const sizes = [inputs, ...Array.from({length: depth}, () => Number(model.width)), classes];
  const uniform = (name: string, size: number, bound: number): Float32Array => {
    const random = randomStream(seed, 'init', name);
    return Float32Array.from({length: size}, () => bound * (2 * random.uniform() - 1));
  };
  return sizes.slice(1).flatMap((out, l): InitialVariable[] => {
    const rows = sizes[l];
    const bound = 1 / Math.sqrt(rows);
    const factor = rescaling(l, depth, Number(model.rescale));
    const normed = norm !== 'none' && l >= 1 && l < depth;
    return [
      {name: `w${l}`, shape: [rows, out], values: uniform(`w${l}`, rows * out, bound * Number(model.initScale) * factor.w)},
      ...(model.bias === true ? [{name: `b${l}`, shape: [out], values: uniform(`b${l}`, out, bound * factor.b)}] : []),
      ...(normed ? [{name: `gain${l}`, shape: [out], values: new Float32Array(out).fill(1)}] : []),
      ...(normed && norm !== 'rms' ? [{name: `shift${l}`, shape: [out], values: new Float32Array(out)}] : []),
    ];
  });
}
