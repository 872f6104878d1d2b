import {dot} from '../dense.ts';
import type {NewtonObjective} from './newton.ts';

/**
 * What stands for the Hessian: the Hessian; the weighted Gauss-Newton matrix, which drops -p p' of a softmax; the empirical Fisher
 * matrix, the samples' gradients squared; or nothing, which makes the step one of gradient descent.
 */
export type Curvature = 'exact' | 'gauss-newton' | 'fisher' | 'none';

/** H += c a b' in the d x d matrix H, from the row and column given. */
function addOuter(h: Float64Array, d: number, row: number, column: number, c: number, a: Float64Array, b: Float64Array): void {
  if (c === 0) return;
  for (let i = 0; i < a.length; i++) for (let j = 0; j < b.length; j++) h[(row + i) * d + column + j] += c * a[i] * b[j];
}

/** ln(1 + e^t) without overflow. */
const softplus = (t: number): number => Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));

/** 1 / (1 + e^t) without overflow. */
const sigmoidOfMinus = (t: number): number => (t >= 0 ? Math.exp(-t) / (1 + Math.exp(-t)) : 1 / (1 + Math.exp(t)));

/** Logistic regression: mean_i ln(1 + exp(-z_i . w)) + l2/2 |w|^2, rows z_i = label times input. Its Gauss-Newton matrix is the Hessian. */
export function logisticObjective(rows: readonly Float64Array[], l2: number, kind: Curvature): NewtonObjective {
  const share = 1 / rows.length;
  return (w) => {
    const d = w.length;
    const margins = rows.map((z) => dot(z, w));
    const gradient = w.map((value) => l2 * value);
    rows.forEach((z, i) => {
      const c = -share * sigmoidOfMinus(margins[i]);
      for (let j = 0; j < d; j++) gradient[j] += c * z[j];
    });
    return {
      value: share * margins.reduce((sum, t) => sum + softplus(-t), 0) + 0.5 * l2 * dot(w, w),
      gradient,
      curvature() {
        const h = new Float64Array(d * d);
        for (let j = 0; j < d; j++) h[j * d + j] = kind === 'none' ? 0 : l2;
        if (kind === 'none') return h;
        rows.forEach((z, i) => {
          const miss = sigmoidOfMinus(margins[i]);
          addOuter(h, d, 0, 0, share * miss * (kind === 'fisher' ? miss : 1 - miss), z, z);
        });
        return h;
      },
    };
  };
}

/** exp(t_j - max) / sum and ln sum exp t. */
function softmaxOf(t: readonly number[]): {readonly p: readonly number[]; readonly logSum: number} {
  const top = Math.max(...t);
  const e = t.map((value) => Math.exp(value - top));
  const sum = e.reduce((total, value) => total + value, 0);
  return {p: e.map((value) => value / sum), logSum: top + Math.log(sum)};
}

/** mu ln sum_i exp((a_i . w - b_i) / mu): a smooth maximum. The Fisher matrix takes a_i as the gradient of term i: sum_i p_i a_i a_i'. */
export function logSumExpObjective(rows: readonly Float64Array[], offsets: readonly number[], mu: number, kind: Curvature): NewtonObjective {
  return (w) => {
    const d = w.length;
    const {p, logSum} = softmaxOf(rows.map((a, i) => (dot(a, w) - offsets[i]) / mu));
    const gradient = new Float64Array(d);
    rows.forEach((a, i) => {
      for (let j = 0; j < d; j++) gradient[j] += p[i] * a[j];
    });
    return {
      value: mu * logSum,
      gradient,
      curvature() {
        const h = new Float64Array(d * d);
        if (kind === 'none') return h;
        const scale = kind === 'fisher' ? 1 : 1 / mu;
        rows.forEach((a, i) => {
          addOuter(h, d, 0, 0, scale * p[i], a, a);
        });
        if (kind === 'exact') addOuter(h, d, 0, 0, -scale, gradient, gradient);
        return h;
      },
    };
  };
}

/**
 * Softmax regression: mean cross-entropy of W x_i with W [C, d] row-major in w, + l2/2 |w|^2. Per sample the Hessian is
 * (Diag(p) - p p') (x) x x', Gauss-Newton's Diag(p) (x) x x', Fisher's (p - y)(p - y)' (x) x x'.
 */
export function softmaxRegressionObjective(inputs: readonly Float64Array[], labels: readonly number[], classes: number, l2: number, kind: Curvature): NewtonObjective {
  const share = 1 / inputs.length;
  return (w) => {
    const d = inputs[0].length;
    const gradient = w.map((value) => l2 * value);
    let value = 0.5 * l2 * dot(w, w);
    const all = inputs.map((x, i) => {
      const z = Array.from({length: classes}, (_, c) => dot(w.subarray(c * d, (c + 1) * d), x));
      const {p, logSum} = softmaxOf(z);
      value += share * (logSum - z[labels[i]]);
      for (let c = 0; c < classes; c++) for (let j = 0; j < d; j++) gradient[c * d + j] += share * (p[c] - (c === labels[i] ? 1 : 0)) * x[j];
      return p;
    });
    return {value, gradient, curvature: () => softmaxCurvature(inputs, labels, all, l2, kind)};
  };
}

function softmaxCurvature(inputs: readonly Float64Array[], labels: readonly number[], all: readonly (readonly number[])[], l2: number, kind: Curvature): Float64Array {
  const d = inputs[0].length;
  const classes = all[0].length;
  const size = classes * d;
  const h = new Float64Array(size * size);
  if (kind === 'none') return h;
  for (let j = 0; j < size; j++) h[j * size + j] = l2;
  inputs.forEach((x, i) => {
    const p = all[i];
    const miss = p.map((value, c) => value - (c === labels[i] ? 1 : 0));
    for (let a = 0; a < classes; a++) {
      for (let b = 0; b < classes; b++) {
        const own = a === b ? p[a] : 0;
        const block = kind === 'fisher' ? miss[a] * miss[b] : kind === 'exact' ? own - p[a] * p[b] : own;
        addOuter(h, size, a * d, b * d, block / inputs.length, x, x);
      }
    }
  });
  return h;
}
