import * as tf from '@tensorflow/tfjs-core';
import type {Vars} from '../../core/problem.ts';
import type {Design} from './design.ts';
import {layerNormForward, layerNormPullback, type NormTrace, rmsNormForward, rmsNormPullback} from '../normalisation/rows.ts';

/** A value and what its pullback needs. */
export interface Traced<T> {
  readonly value: tf.Tensor2D;
  readonly trace: T;
}

/** What a cotangent becomes: that of the input, and gradients of the variables by name. */
export interface Pulled {
  readonly x: tf.Tensor2D;
  readonly gradient: Vars;
}

/** A piece of a network on rows [B T, d], and its derivative written out. */
export interface Piece<T> {
  forward(x: tf.Tensor2D, vars: Vars): Traced<T>;
  pullback(dy: tf.Tensor2D, trace: T, vars: Vars): Pulled;
}

/** The same without leaving intermediate tensors behind. */
export const tidied = <T>({forward, pullback}: Piece<T>): Piece<T> => ({
  forward: (x, vars) => tf.tidy(() => forward(x, vars) as unknown as tf.TensorContainerObject) as unknown as Traced<T>,
  pullback: (dy, trace, vars) => tf.tidy(() => pullback(dy, trace, vars) as unknown as tf.TensorContainerObject) as unknown as Pulled,
});

const traced = ({value, unit, perSigma}: NormTrace & {readonly value: tf.Tensor}): Traced<NormTrace> => ({value: value as tf.Tensor2D, trace: {unit, perSigma}});

/** LayerNorm or RMSNorm of rows, with the named gain and, in LayerNorm, shift. */
export function normPiece(kind: Design['norm'], gain: string, shift: string): Piece<NormTrace> {
  if (kind === 'rms') {
    return {
      forward: (x, vars) => traced(rmsNormForward(x, vars[gain])),
      pullback: (dy, trace, vars) => {
        const {x, gain: dGain} = rmsNormPullback(dy, vars[gain], trace);
        return {x: x as tf.Tensor2D, gradient: {[gain]: dGain}};
      },
    };
  }
  return {
    forward: (x, vars) => traced(layerNormForward(x, vars[gain], vars[shift])),
    pullback: (dy, trace, vars) => {
      const {x, gain: dGain, shift: dShift} = layerNormPullback(dy, vars[gain], trace);
      return {x: x as tf.Tensor2D, gradient: {[gain]: dGain, [shift]: dShift}};
    },
  };
}
