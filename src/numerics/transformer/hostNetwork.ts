import type {Snapshot} from '../../core/protocol.ts';
import {offsetsOf, sizeOf} from '../flatSpace.ts';

/** Gain and shift of a norm, [d] each; RMSNorm has no shift. */
export interface NormWeights {
  readonly gain: Float64Array;
  readonly shift: Float64Array | null;
}

/** One residual block's norms: the only one or the one before f, and in peri the one after f. */
export interface BlockNorms {
  readonly inner: NormWeights | null;
  readonly outer: NormWeights | null;
}

export interface LayerWeights {
  readonly q: Float64Array;
  /** Absent where queries are the keys. */
  readonly k: Float64Array | null;
  readonly v: Float64Array;
  readonly out: Float64Array;
  readonly gate: Float64Array | null;
  readonly alpha: Float64Array | null;
  readonly up: Float64Array;
  readonly down: Float64Array;
  readonly attentionNorms: BlockNorms;
  readonly mlpNorms: BlockNorms;
}

/** All weights in float64: one flat array in the snapshot's order, and views of it. */
export interface NetworkWeights {
  readonly values: Float64Array;
  readonly width: number;
  readonly hidden: number;
  readonly embed: Float64Array;
  readonly place: Float64Array;
  readonly layers: readonly LayerWeights[];
  readonly final: NormWeights | null;
  readonly unembed: Float64Array;
  /** Logits of a position or a sample. */
  readonly outputs: number;
  /** Which entries the penalty leaves out: gains, shifts and the one number alpha. */
  readonly free: Uint8Array;
}

const FREE_NAME = /^(outer)?(gain|shift)|^alpha/i;

/** Zeroed weights of the given shapes. */
export function emptyWeights(shapes: Snapshot['shapes']): NetworkWeights {
  const offsets = offsetsOf(shapes);
  const values = new Float64Array(Object.values(shapes).reduce((sum, shape) => sum + sizeOf(shape), 0));
  const free = new Uint8Array(values.length);
  for (const name of Object.keys(shapes)) if (FREE_NAME.test(name)) free.fill(1, offsets[name], offsets[name] + sizeOf(shapes[name]));
  const find = (name: string): Float64Array | null =>
    name in shapes ? values.subarray(offsets[name], offsets[name] + sizeOf(shapes[name])) : null;
  const view = (name: string): Float64Array => {
    const found = find(name);
    if (!found) throw new Error(`the network has no variable "${name}"`);
    return found;
  };
  const norm = (gain: string, shift: string): NormWeights | null => {
    const found = find(gain);
    return found && {gain: found, shift: find(shift)};
  };
  const layer = (l: number): LayerWeights => ({
    q: view(`q${l}`), k: find(`k${l}`), v: view(`v${l}`), out: view(`out${l}`), gate: find(`gate${l}`), alpha: find(`alpha${l}`),
    up: view(`up${l}`), down: view(`down${l}`),
    attentionNorms: {inner: norm(`gainA${l}`, `shiftA${l}`), outer: norm(`outerGainA${l}`, `outerShiftA${l}`)},
    mlpNorms: {inner: norm(`gainM${l}`, `shiftM${l}`), outer: norm(`outerGainM${l}`, `outerShiftM${l}`)},
  });
  const depth = Object.keys(shapes).filter((name) => /^q\d+$/.test(name)).length;
  return {
    values, free, width: shapes.embed[1], hidden: depth > 0 ? shapes.up0[1] : 0, outputs: shapes.unembed[1],
    embed: view('embed'), place: view('place'), unembed: view('unembed'), final: norm('gain', 'shift'),
    layers: Array.from({length: depth}, (_, l) => layer(l)),
  };
}
