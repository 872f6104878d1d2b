import * as tf from '@tensorflow/tfjs-core';
import type {ParamValues} from '../../core/params.ts';
import type {Vars} from '../../core/problem.ts';
import {assertNever} from '../../core/result.ts';
import {batchNormAtRest, batchNormForward, batchNormPullback, type RunningStatistics} from '../../numerics/normalisation/batch.ts';
import {layerNormForward, layerNormPullback, type NormTrace, rmsNormForward, rmsNormPullback} from '../../numerics/normalisation/rows.ts';
import {leftTransposed, rightTransposed} from '../../numerics/products.ts';
import {type Activation, activationOf, type LayerNames, layersOf, type Norm, normOf} from './network.ts';

/** A network as its passes need it. */
export interface Net {
  readonly vars: Vars;
  readonly layers: readonly LayerNames[];
  readonly activation: Activation;
  readonly norm: Norm;
}

export const netOf = (vars: Vars, model: ParamValues): Net => ({
  vars, layers: layersOf(Object.keys(vars)), activation: activationOf(model), norm: normOf(model),
});

/** What a layer leaves behind for its pullback. */
export interface LayerTrace {
  /** h_{l-1}, [n, in]. */
  readonly input: tf.Tensor;
  /** What the activation is applied to, [n, out]. */
  readonly before: tf.Tensor;
  /** h_l, or the logits, [n, out]. */
  readonly output: tf.Tensor;
  /** Null where the layer has no norm, or one at rest. */
  readonly norm: NormTrace | null;
  /** The batch's own statistics, where they were used. */
  readonly batch: RunningStatistics | null;
}

type Normed = Pick<LayerTrace, 'norm' | 'batch'> & {readonly value: tf.Tensor};

const AS_IS = {norm: null, batch: null};

function normalise({vars, norm}: Net, {gain, shift}: LayerNames, a: tf.Tensor, rest: RunningStatistics | null): Normed {
  if (gain === null) return {value: a, ...AS_IS};
  switch (norm) {
    case 'none':
      return {value: a, ...AS_IS};
    case 'rms': {
      const trace = rmsNormForward(a, vars[gain]);
      return {value: trace.value, norm: trace, batch: null};
    }
    case 'layer': {
      const trace = layerNormForward(a, vars[gain], vars[shift as string]);
      return {value: trace.value, norm: trace, batch: null};
    }
    case 'batch': {
      if (rest) return {value: batchNormAtRest(a, vars[gain], vars[shift as string], rest), ...AS_IS};
      const trace = batchNormForward(a, vars[gain], vars[shift as string]);
      return {value: trace.value, norm: trace, batch: trace.batch};
    }
    default:
      return assertNever(norm);
  }
}

function activated(activation: Activation, a: tf.Tensor): tf.Tensor {
  switch (activation) {
    case 'relu':
      return tf.relu(a);
    case 'tanh':
      return tf.tanh(a);
    case 'square':
      return tf.square(a);
    default:
      return assertNever(activation);
  }
}

/** A cotangent of h = activation(a) pulled back to a. */
function activationPullback(activation: Activation, dy: tf.Tensor, {before, output}: LayerTrace): tf.Tensor {
  switch (activation) {
    case 'relu':
      return tf.mul(dy, tf.step(before));
    case 'tanh':
      return tf.mul(dy, tf.sub(1, tf.square(output)));
    case 'square':
      return tf.mul(dy, tf.mul(2, before));
    default:
      return assertNever(activation);
  }
}

/**
 * h_l = activation(norm(h_{l-1} W + b)) up to the logits, layer by layer.
 * @param rest statistics for BatchNorm by layer; left out, each layer takes those of x itself
 */
export function forwardPass(net: Net, x: tf.Tensor, rest?: readonly (RunningStatistics | null)[]): readonly LayerTrace[] {
  const traces: LayerTrace[] = [];
  let input = x;
  for (const [l, layer] of net.layers.entries()) {
    const product = tf.matMul(input as tf.Tensor2D, net.vars[layer.w] as tf.Tensor2D);
    const linear = layer.b === null ? product : tf.add(product, net.vars[layer.b]);
    const {value, norm, batch} = normalise(net, layer, linear, rest?.[l] ?? null);
    const output = l === net.layers.length - 1 ? value : activated(net.activation, value);
    traces.push({input, before: value, output, norm, batch});
    input = output;
  }
  return traces;
}

/** The logits at the end of a pass. */
export const logitsOf = (traces: readonly LayerTrace[]): tf.Tensor => traces[traces.length - 1].output;

function normPullback({vars, norm}: Net, {gain, shift}: LayerNames, dy: tf.Tensor, trace: NormTrace, into: Record<string, tf.Tensor>): tf.Tensor {
  const name = gain as string;
  if (norm === 'rms') {
    const back = rmsNormPullback(dy, vars[name], trace);
    into[name] = back.gain;
    return back.x;
  }
  const back = (norm === 'layer' ? layerNormPullback : batchNormPullback)(dy, vars[name], trace);
  into[name] = back.gain;
  into[shift as string] = back.shift;
  return back.x;
}

/**
 * A cotangent of the logits pulled back through a forward pass on x itself.
 * @param toInputs whether the cotangent of x is wanted too
 * @returns cotangents of all variables, and those of h_0 (if wanted), h_1, ... in `hidden`
 */
export function backwardPass(net: Net, traces: readonly LayerTrace[], dLogits: tf.Tensor, toInputs: boolean): {readonly gradient: Vars; readonly hidden: readonly tf.Tensor[]} {
  const gradient: Record<string, tf.Tensor> = {};
  const hidden: tf.Tensor[] = [];
  let dOutput = dLogits;
  for (let l = traces.length - 1; l >= 0; l--) {
    const layer = net.layers[l];
    const trace = traces[l];
    const dValue = l === traces.length - 1 ? dOutput : activationPullback(net.activation, dOutput, trace);
    const dLinear = trace.norm ? normPullback(net, layer, dValue, trace.norm, gradient) : dValue;
    gradient[layer.w] = leftTransposed(trace.input, dLinear);
    if (layer.b !== null) gradient[layer.b] = tf.sum(dLinear, 0);
    if (l === 0 && !toInputs) break;
    dOutput = rightTransposed(dLinear, net.vars[layer.w]);
    hidden.unshift(dOutput);
  }
  return {gradient, hidden};
}
