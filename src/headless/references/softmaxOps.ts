import * as tf from '@tensorflow/tfjs-core';
import {landmarksAt, nystromAttention, type SoftNormalisation, softAttention} from '../../numerics/attention/gaussian.ts';
import {attention, causalMask} from '../../numerics/attention/scaledDot.ts';
import {inverseTemperature, type TemperatureForm} from '../../numerics/attention/selective.ts';
import {crammerSinger, oneHotSquares, squaredHinge, zLoss} from '../../numerics/heads/margins.ts';
import {differentiable, type LabelLoss} from '../../numerics/heads/parts.ts';
import {absorbingCrossEntropy, absorbingSoftmax, collapsed} from '../../numerics/heads/precision.ts';
import {logNormalised, normalised, scoreLoss, spherical, stableMax, taylor} from '../../numerics/heads/scores.ts';
import {compSum, crossEntropy, crossEntropyWithLogZ, logSoftmax, softmax} from '../../numerics/heads/softmax.ts';
import {batchNorm, batchNormAtRest, batchNormForward, updatedStatistics} from '../../numerics/normalisation/batch.ts';
import {type Placement, residual} from '../../numerics/normalisation/residual.ts';
import {layerNorm, rmsNorm} from '../../numerics/normalisation/rows.ts';
import {perpendicularGradient} from '../../numerics/optim/perpGrad.ts';
import {flat, numberOf, rowsOf, type SoftmaxCase} from './softmaxFile.ts';
import {traceOf} from './softmaxTraces.ts';

/** Tensors by the file's names: outputs, and `d_INPUT` for gradients. */
export type Named = Readonly<Record<string, tf.Tensor>>;
type Run = (one: SoftmaxCase) => Named;
type Forward = (inputs: Named, params: SoftmaxCase['params']) => tf.Tensor;

function inputsOf(one: SoftmaxCase): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(one.inputs).map(([name, value]) => [name, tf.tensor(value as tf.TensorLike, undefined, 'float32')]));
}

/** Value and gradients of `forward` in the inputs that the file has gradients of, at the cotangent. */
function differentiated(one: SoftmaxCase, forward: Forward, cotangent: tf.Tensor): Named {
  const inputs = inputsOf(one);
  const names = Object.keys(one.grads);
  const f = (...some: tf.Tensor[]): tf.Tensor => forward({...inputs, ...Object.fromEntries(some.map((tensor, i) => [names[i], tensor]))}, one.params);
  const {value, grads} = tf.valueAndGrads(f)(names.map((name) => inputs[name]), cotangent);
  return {value, ...Object.fromEntries(names.map((name, i) => [`d_${name}`, grads[i]]))};
}

const operation =
  (forward: Forward): Run =>
  (one) =>
    differentiated(one, forward, tf.tensor(one.cotangent as tf.TensorLike));

/** Labels as one-hot rows. */
function labelsOf({inputs}: SoftmaxCase): tf.Tensor2D {
  const classes = rowsOf(inputs.z)[0].length;
  return tf.tensor2d(flat(inputs.y).map((label) => Array.from({length: classes}, (_, c) => (c === label ? 1 : 0))));
}

/** Gradients are those of the mean, once by tfjs through the custom gradient and once from the slope itself. */
function labelLoss(one: SoftmaxCase, loss: LabelLoss): Named {
  const y = labelsOf(one);
  const [n] = y.shape;
  const found = differentiated(one, ({z}) => differentiable(loss)(z, y), tf.fill([n], 1 / n));
  const direct = tf.mul(1 / n, loss(tf.tensor2d(rowsOf(one.inputs.z)), y).slope());
  return {...found, mean: tf.mean(found.value), 'd_z by slope': direct};
}

const loss =
  (make: (params: SoftmaxCase['params']) => LabelLoss): Run =>
  (one) =>
    labelLoss(one, make(one.params));

const absorb: Run = (one) => {
  const bits = numberOf(one.params, 'mantissa_bits');
  const flush = numberOf(one.params, 'flush_below');
  const {value, ...rest} = labelLoss(one, absorbingCrossEntropy(bits, flush));
  const {z} = inputsOf(one);
  return {...rest, loss: value, p: absorbingSoftmax(z, bits, flush), collapsed: collapsed(z, labelsOf(one), bits)};
};

const trainedBatchNorm: Run = (one) => {
  const {x, g_, b_} = inputsOf(one);
  const [d] = g_.shape;
  const {batch} = batchNormForward(x, g_, b_, numberOf(one.params, 'eps'));
  const running = updatedStatistics({mean: tf.zeros([d]), variance: tf.ones([d])}, batch, numberOf(one.params, 'momentum'));
  const found = operation((inputs, params) => batchNorm(inputs.x, inputs.g_, inputs.b_, numberOf(params, 'eps')))(one);
  return {...found, running_mean: running.mean, running_var: running.variance};
};

const block: Forward = ({x, W1, W2, g_, b_}, params) => {
  const epsilon = numberOf(params, 'eps');
  const row = (a: tf.Tensor, i: number): tf.Tensor => tf.squeeze(tf.slice(a, [i, 0], [1, a.shape[1] as number]), [0]);
  const norm = (i: number) => (a: tf.Tensor) => (params.norm === 'rms' ? rmsNorm(a, row(g_, i), epsilon) : layerNorm(a, row(g_, i), row(b_, i), epsilon));
  const f = (a: tf.Tensor): tf.Tensor => tf.matMul(tf.relu(tf.matMul(a, W1)), W2);
  return residual(params.place as Placement, numberOf(params, 'dt'), x, f, norm(0), norm(1));
};

/** tau [n] of a linear gate f(x) = X w + c. */
const temperature: Forward = ({X, w, c, alpha, pos}, params) => {
  const gate = tf.add(tf.squeeze(tf.matMul(X, tf.expandDims(w, 1)), [1]), c);
  return inverseTemperature(params.form as TemperatureForm, gate, alpha, tf.log(pos));
};

const maskOf = (q: tf.Tensor, params: SoftmaxCase['params']): tf.Tensor | null => (params.causal === true ? causalMask(q.shape[0]) : null);

const attended: Forward = ({Q, K, V}, params) => attention({q: Q, k: K, v: V}, maskOf(Q, params));

const selective: Forward = (inputs, params) => {
  const q = tf.mul(inputs.Q, tf.expandDims(temperature(inputs, params), -1));
  return attention({q, k: inputs.K, v: inputs.V}, maskOf(q, params));
};

const nystrom: Forward = ({Q, V}, params) =>
  nystromAttention(Q, V, landmarksAt(Q.shape[0], params.landmarks as number[]), numberOf(params, 'newton_iters'));

const perpendicular: Run = (one) => {
  const {w, g} = inputsOf(one);
  return {value: perpendicularGradient(w, g, one.params.rescale === true)};
};

/** The part without intervals: logits, the summed loss's gradient in the inputs, and the attack's one step. */
const signAttack: Run = (one) => {
  const {x, W1, b1, W2, b2} = inputsOf(one);
  const classes = W2.shape[1] as number;
  const y = tf.tensor2d(flat(one.inputs.y).map((label) => Array.from({length: classes}, (_, c) => (c === label ? 1 : 0))));
  const logits = (a: tf.Tensor): tf.Tensor => tf.add(tf.matMul(tf.relu(tf.add(tf.matMul(a, W1), b1)), W2), b2);
  const gradient = tf.grad((a: tf.Tensor) => tf.sum(differentiable(crossEntropy)(logits(a), y)))(x);
  return {logits: logits(x), input_grad_sum_loss: gradient, fgsm: tf.add(x, tf.mul(numberOf(one.params, 'eps'), tf.sign(gradient)))};
};

/** What runs on a tensor backend, by the file's name of the operation. */
export const TENSOR_OPS: Readonly<Record<string, Run>> = {
  softmax: operation(({z}, params) => softmax(z, numberOf(params, 'T'))),
  log_softmax: operation(({z}) => logSoftmax(z)),
  stablemax: operation(({z}) => normalised(stableMax, z)),
  log_stablemax: operation(({z}) => logNormalised(stableMax, z)),
  taylor_softmax: operation(({z}) => normalised(taylor, z)),
  spherical_softmax: operation(({z}, params) => normalised(spherical(numberOf(params, 'eps')), z)),
  loss_ce: loss(() => crossEntropy),
  loss_stablemax_ce: loss(() => scoreLoss(stableMax)),
  loss_taylor_ce: loss(() => scoreLoss(taylor)),
  loss_spherical_ce: loss((params) => scoreLoss(spherical(numberOf(params, 'eps')))),
  loss_zloss: loss((params) => zLoss(numberOf(params, 'a'), numberOf(params, 'b'), numberOf(params, 'eps'))),
  loss_ce_plus_logZ2: loss((params) => crossEntropyWithLogZ(numberOf(params, 'lam'))),
  loss_compsum: loss((params) => compSum(numberOf(params, 'tau'))),
  loss_mse_onehot: loss(() => oneHotSquares),
  loss_l2svm: loss(() => squaredHinge),
  loss_crammer_singer: loss(() => crammerSinger),
  head_softmax_absorb: absorb,
  layernorm: operation(({x, g_, b_}, params) => layerNorm(x, g_, b_, numberOf(params, 'eps'))),
  rmsnorm: operation(({x, g_}, params) => rmsNorm(x, g_, numberOf(params, 'eps'))),
  batchnorm_train: trainedBatchNorm,
  batchnorm_eval: operation(({x, g_, b_, m_, v_}, params) => batchNormAtRest(x, g_, b_, {mean: m_, variance: v_}, numberOf(params, 'eps'))),
  block: operation(block),
  attention: operation(attended),
  ssa_tau: operation(temperature),
  attention_ssa: operation(selective),
  attention_soft_full: operation(({Q, V}, params) => softAttention(Q, V, params.normalise as SoftNormalisation)),
  attention_soft_nystrom: operation(nystrom),
  perpgrad: perpendicular,
  optimizer_trace: (one) => ({trace: traceOf(one)}),
  ibp_fgsm: signAttack,
};

/** Runs a case on the current backend and reads its results; none of its tensors is left. */
export async function runOnTensors(one: SoftmaxCase): Promise<Readonly<Record<string, readonly number[]>>> {
  const tensors: Named = tf.tidy(() => TENSOR_OPS[one.op](one));
  const values = await Promise.all(Object.values(tensors).map((tensor) => tensor.data()));
  tf.dispose(tensors);
  return Object.fromEntries(Object.keys(tensors).map((name, i) => [name, Array.from(values[i])]));
}
