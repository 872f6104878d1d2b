import * as tf from '@tensorflow/tfjs-core';
import {adamDirection, axpy, type UpdateRule} from '../../numerics/firstOrder.ts';
import {adagradNormStep} from '../../numerics/optim/adagradNorm.ts';
import {lamb, lars} from '../../numerics/optim/layerwise.ts';
import {onPerpendicular} from '../../numerics/optim/perpGrad.ts';
import {numberOf, rowsOf, type SoftmaxCase} from './softmaxFile.ts';

const descent: UpdateRule = {slots: [], decayInGradient: true, update: ({w, g, learningRate}) => ({w: axpy(w, -learningRate, g), slots: {}})};
const adam: UpdateRule = {
  slots: ['m', 's'],
  decayInGradient: true,
  update: (input) => {
    const {direction, slots} = adamDirection(input);
    return {w: axpy(input.w, -input.learningRate, direction), slots};
  },
};

const RULES: Readonly<Record<string, UpdateRule>> = {
  sgd_perpgrad: onPerpendicular(descent, true),
  adam_perpgrad: onPerpendicular(adam, true),
  lars,
  lamb,
};

const optional = (params: SoftmaxCase['params'], name: string): number => (params[name] === undefined ? 0 : numberOf(params, name));

/** w after each step on 1/2 |A w - b|^2, the start first; [steps + 1, d]. */
export function traceOf(one: SoftmaxCase): tf.Tensor {
  const a = tf.tensor2d(rowsOf(one.inputs.A));
  const b = tf.tensor2d((one.inputs.b as number[]).map((value) => [value]));
  const start = tf.tensor1d(one.inputs.w0 as number[]);
  const gradientAt = (w: tf.Tensor): tf.Tensor => tf.squeeze(tf.matMul(a, tf.sub(tf.matMul(a, tf.expandDims(w, 1)), b), true, false), [1]);
  const steps = rowsOf(one.outputs.trace).length - 1;
  const path = one.params.name === 'adagrad_norm' ? adagradPath(one, start, gradientAt, steps) : rulePath(one, start, gradientAt, steps);
  return tf.stack(path);
}

type At = (w: tf.Tensor) => tf.Tensor;

function rulePath({params}: SoftmaxCase, start: tf.Tensor, gradientAt: At, steps: number): tf.Tensor[] {
  const rule = RULES[String(params.name)];
  const values = {
    momentum: optional(params, 'momentum'), trust: optional(params, 'trust_coef'),
    beta1: optional(params, 'beta1'), beta2: optional(params, 'beta2'), epsilon: optional(params, 'eps'),
  };
  const path = [start as tf.Tensor];
  let slots: Readonly<Record<string, tf.Tensor>> = Object.fromEntries(rule.slots.map((slot) => [slot, tf.zerosLike(start)]));
  for (let t = 1; t <= steps; t++) {
    const w = path[t - 1];
    const input = {w, g: gradientAt(w), slots, learningRate: numberOf(params, 'lr'), decayRate: optional(params, 'weight_decay'), t, params: values, bias: false};
    const next = rule.update(input);
    path.push(next.w);
    slots = next.slots;
  }
  return path;
}

function adagradPath({params}: SoftmaxCase, start: tf.Tensor, gradientAt: At, steps: number): tf.Tensor[] {
  const path = [start];
  let accumulated: tf.Tensor = tf.fill([1, 1], numberOf(params, 'b0_sq'));
  for (let t = 1; t <= steps; t++) {
    const next = adagradNormStep({w: path[t - 1]}, {w: gradientAt(path[t - 1])}, accumulated, numberOf(params, 'lr'));
    path.push(next.vars.w);
    accumulated = next.accumulated;
  }
  return path;
}
