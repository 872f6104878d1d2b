import type {Curvature, NewtonObjective} from '../../core/problem.ts';
import {dot} from '../dense.ts';

/** H += c a b' in the d x d matrix H, from the row and column given. */
function addOuter(h: Float64Array, d: number, row: number, column: number, c: number, a: Float64Array, b: Float64Array): void {
  if (c === 0) return;
  for (let i = 0; i < a.length; i++) for (let j = 0; j < b.length; j++) h[(row + i) * d + column + j] += c * a[i] * b[j];
}

/** ln(1 + e^t) without overflow. */
const softplus = (t: number): number => Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));

/** 1 / (1 + e^t) without overflow. */
const sigmoidOfMinus = (t: number): number => (t >= 0 ? Math.exp(-t) / (1 + Math.exp(-t)) : 1 / (1 + Math.exp(t)));

/**
 * Logistic regression: mean_i ln(1 + exp(-z_i . w)) + l2/2 |w|^2, rows z_i = label times input. Its Gauss-Newton matrix is the Hessian.
 * @param decayed leading weights in the penalty; a bias after them is free
 */
export function logisticObjective(rows: readonly Float64Array[], l2: number, kind: Curvature, decayed = rows[0].length): NewtonObjective {
  const share = 1 / rows.length;
  return (w) => {
    const d = w.length;
    const margins = rows.map((z) => dot(z, w));
    const gradient = w.map((value, j) => (j < decayed ? l2 * value : 0));
    rows.forEach((z, i) => {
      const c = -share * sigmoidOfMinus(margins[i]);
      for (let j = 0; j < d; j++) gradient[j] += c * z[j];
    });
    return {
      value: share * margins.reduce((sum, t) => sum + softplus(-t), 0) + 0.5 * dot(w.map((value, j) => (j < decayed ? l2 * value : 0)), w),
      gradient,
      curvature() {
        const h = new Float64Array(d * d);
        if (kind === 'none') return h;
        for (let j = 0; j < decayed; j++) h[j * d + j] = l2;
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

interface SoftmaxRegression {
  readonly inputs: readonly Float64Array[];
  readonly labels: readonly number[];
  readonly classes: number;
  readonly l2: number;
  /** Leading inputs whose weights are in the penalty; a constant input after them is free. */
  readonly decayed: number;
}

/**
 * Softmax regression: mean cross-entropy of W x_i with W [C, d] row-major in w, + l2/2 |w|^2 over the decayed. Per sample the
 * Hessian is (Diag(p) - p p') (x) x x', Gauss-Newton's Diag(p) (x) x x', Fisher's (p - y)(p - y)' (x) x x'.
 */
export function softmaxRegressionObjective(regression: SoftmaxRegression, kind: Curvature): NewtonObjective {
  const {inputs, labels, classes, l2, decayed} = regression;
  const share = 1 / inputs.length;
  return (w) => {
    const d = inputs[0].length;
    const gradient = w.map((value, j) => (j % d < decayed ? l2 * value : 0));
    let value = 0.5 * dot(gradient, w);
    const all = inputs.map((x, i) => {
      const z = Array.from({length: classes}, (_, c) => dot(w.subarray(c * d, (c + 1) * d), x));
      const {p, logSum} = softmaxOf(z);
      value += share * (logSum - z[labels[i]]);
      for (let c = 0; c < classes; c++) {
        const miss = share * (p[c] - (c === labels[i] ? 1 : 0));
        for (let j = 0; j < d; j++) gradient[c * d + j] += miss * x[j];
      }
      return p;
    });
    return {value, gradient, curvature: () => softmaxCurvature(regression, all, kind)};
  };
}

/** Blocks [a, b] with b <= a, sample by sample and each its lower half, then mirrored: a quarter of the products. */
function softmaxCurvature({inputs, labels, classes, l2, decayed}: SoftmaxRegression, all: readonly (readonly number[])[], kind: Curvature): Float64Array {
  const d = inputs[0].length;
  const size = classes * d;
  const h = new Float64Array(size * size);
  if (kind === 'none') return h;
  const weight = (p: readonly number[], label: number, a: number, b: number): number => {
    if (kind === 'fisher') return (p[a] - (a === label ? 1 : 0)) * (p[b] - (b === label ? 1 : 0));
    return (a === b ? p[a] : 0) - (kind === 'exact' ? p[a] * p[b] : 0);
  };
  const lower = new Float64Array(d * d);
  for (let a = 0; a < classes; a++) {
    for (let b = 0; b <= a; b++) {
      lower.fill(0);
      inputs.forEach((x, i) => {
        addLower(lower, d, weight(all[i], labels[i], a, b) / inputs.length, x);
      });
      if (a === b) for (let j = 0; j < decayed; j++) lower[j * d + j] += l2;
      placeBlock(h, size, a * d, b * d, lower, d);
    }
  }
  return h;
}

/** The lower half of H += c x x'. */
function addLower(h: Float64Array, d: number, c: number, x: Float64Array): void {
  if (c === 0) return;
  for (let i = 0; i < d; i++) {
    const cx = c * x[i];
    if (cx !== 0) for (let j = 0; j <= i; j++) h[i * d + j] += cx * x[j];
  }
}

/** A symmetric block, given by its lower half, at (row, column) of the symmetric H and at its mirror image. */
function placeBlock(h: Float64Array, size: number, row: number, column: number, lower: Float64Array, d: number): void {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      const value = lower[i >= j ? i * d + j : j * d + i];
      h[(row + i) * size + column + j] = value;
      h[(column + j) * size + row + i] = value;
    }
  }
}
