import type {ParamValues} from '../../core/params.ts';
import {assertNever} from '../../core/result.ts';
import {type AttentionChoice, type Design, designOf} from './design.ts';
import type {Reading} from './layout.ts';

/** A contestant's transformer as its parameters describe it. */
export interface Network extends Design {
  readonly depth: number;
  readonly width: number;
  /** Hidden units of the MLP sublayer, r d. */
  readonly hidden: number;
  /** Multiplies out and down at the start. */
  readonly outputScale: number;
}

/** @param model checked against the spec */
export function networkOf(model: ParamValues): Network {
  const width = Number(model.width);
  return {...designOf(model), depth: Number(model.depth), width, hidden: Number(model.mlpRatio) * width, outputScale: Number(model.outputScale)};
}

/** A variable's name, shape and start: normal with a standard deviation, or one number everywhere. */
export interface Variable {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: {readonly deviation: number} | {readonly value: number};
}

const matrix = (name: string, rows: number, columns: number, deviation: number): Variable => ({name, shape: [rows, columns], start: {deviation}});

const vector = (name: string, width: number, value: number): Variable => ({name, shape: [width], start: {value}});

/** A norm's variables; RMSNorm has no shift. */
function normVariables({norm, width}: Network, gain: string, shift: string): readonly Variable[] {
  return [vector(gain, width, 1), ...(norm === 'layer' ? [vector(shift, width, 0)] : [])];
}

/** The norms that a sublayer has (A attention, M the MLP). */
function sublayerNorms(network: Network, sublayer: 'A' | 'M', layer: number): readonly Variable[] {
  const own = (): readonly Variable[] => normVariables(network, `gain${sublayer}${layer}`, `shift${sublayer}${layer}`);
  switch (network.placement) {
    case 'none':
      return [];
    case 'pre':
    case 'post':
      return own();
    case 'peri':
      return [...own(), ...normVariables(network, `outerGain${sublayer}${layer}`, `outerShift${sublayer}${layer}`)];
    default:
      return assertNever(network.placement);
  }
}

/** Whether keys have a projection of their own: the Gaussian kinds share that of the queries. */
export const hasKeys = ({kind}: AttentionChoice): boolean => kind === 'softmax' || kind === 'selective';

/** Whether there is a norm before the unembedding. */
export const endsInNorm = ({placement}: Network): boolean => placement === 'pre' || placement === 'peri';

function layerVariables(network: Network, l: number): readonly Variable[] {
  const {width: d, hidden, outputScale, attention} = network;
  const root = 1 / Math.sqrt(d);
  return [
    matrix(`q${l}`, d, d, root),
    ...(hasKeys(attention) ? [matrix(`k${l}`, d, d, root)] : []),
    matrix(`v${l}`, d, d, root),
    ...(attention.kind === 'selective' ? [{...matrix(`gate${l}`, d, 1, 0), start: {value: 0}}, vector(`alpha${l}`, 1, 0)] : []),
    matrix(`out${l}`, d, d, outputScale * root),
    ...sublayerNorms(network, 'A', l),
    matrix(`up${l}`, d, hidden, Math.SQRT2 * root),
    matrix(`down${l}`, hidden, d, outputScale / Math.sqrt(hidden)),
    ...sublayerNorms(network, 'M', l),
  ];
}

/**
 * All variables in order. Matrices of equal name and shape start equal whatever the placement, since each is drawn from a stream of
 * its own: embeddings N(0, 1), positions N(0, 0.3^2), q, k, v and out N(0, 1/d), up N(0, 2/d), down N(0, 1/(r d)), unembedding N(0, 1/d).
 */
export function variablesOf(network: Network, {length, width: tokenWidth, outputs}: Reading): readonly Variable[] {
  const {depth, width: d} = network;
  return [
    matrix('embed', tokenWidth, d, 1),
    matrix('place', length, d, 0.3),
    ...Array.from({length: depth}, (_, l) => layerVariables(network, l)).flat(),
    ...(endsInNorm(network) ? normVariables(network, 'gain', 'shift') : []),
    matrix('unembed', d, outputs, 1 / Math.sqrt(d)),
  ];
}

/** Most layers that the spec admits. */
const MOST_LAYERS = 24;

const freeOf = (l: number): readonly string[] =>
  [...['gain', 'shift', 'outerGain', 'outerShift'].flatMap((name) => [`${name}A${l}`, `${name}M${l}`]), `alpha${l}`];

/** Names that are gains, shifts or alpha: without weight decay, and apart in layerwise methods. */
export const FREE_NAMES: readonly string[] = ['gain', 'shift', ...Array.from({length: MOST_LAYERS}, (_, l) => freeOf(l)).flat()];

const FREE = new Set(FREE_NAMES);
export const isFree = (name: string): boolean => FREE.has(name);

/**
 * Bytes that a training step keeps at once, roughly: for each layer 12 activations of B T d (the MLP's hidden ones beside) and three
 * maps of B H T^2.
 */
export function memoryOf({depth, width, heads, hidden}: Network, {length}: Reading, batch: number): number {
  return 4 * depth * batch * length * (12 * width + 2 * hidden + 3 * heads * length);
}

/** Why a network can not read the samples, or null. */
export function misfit({attention}: Network, reading: Reading): string | null {
  if (reading.kind !== 'sequence' || hasKeys(attention)) return null;
  return 'attention: the Gaussian kinds see all tokens, those to be predicted too; take softmax or selective attention for sequences';
}
