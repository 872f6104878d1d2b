import {describe, expect, it} from 'vitest';
import {randomStream} from '../../src/core/random.ts';
import {naiveSoftmax, onlineSoftmax, threePassSoftmax, twoPassSoftmax} from '../../src/numerics/heads/hostSoftmax.ts';
import type {Curvature, NewtonObjective} from '../../src/core/problem.ts';
import {type NewtonState, newtonStart, newtonStep, plainNewtonStep} from '../../src/numerics/optim/newton.ts';
import {logisticObjective, logSumExpObjective, softmaxRegressionObjective} from '../../src/numerics/optim/newtonObjectives.ts';
import {normTest} from '../../src/numerics/optim/normTest.ts';

/** In float64 with the maximum subtracted. */
function exactSoftmax(z: readonly number[]): number[] {
  const top = Math.max(...z);
  const e = z.map((value) => Math.exp(value - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / sum);
}

const finite = (p: Float32Array): boolean => p.every(Number.isFinite);

describe('four ways to a softmax', () => {
  const random = randomStream(5, 'softmax');
  const rows = [
    ...Array.from({length: 200}, () => Array.from({length: 9}, () => Math.fround(30 * random.normal()))),
    [100, 99, 0], [1e4, -1e4, 0], [-1e4, -1e4, -1e4], [-1e4, -9999, -1e4], [88, 88, 88], [0, -200, -103],
  ];

  it.each([['three-pass', threePassSoftmax], ['two-pass', twoPassSoftmax], ['online', onlineSoftmax]] as const)('%s is right to float32 everywhere', (_, softmax) => {
    for (const row of rows) {
      const p = softmax(row);
      expect(finite(p)).toBe(true);
      exactSoftmax(row).forEach((expected, i) => expect(Math.abs(p[i] - expected)).toBeLessThan(3e-7));
    }
  });

  it('naive is right for small logits and breaks for large ones of either sign', () => {
    const small = [0.5, -3, 2];
    exactSoftmax(small).forEach((expected, i) => expect(naiveSoftmax(small)[i]).toBeCloseTo(expected, 6));
    for (const large of [[100, 99, 0], [1e4, -1e4, 0], [-1e4, -1e4, -1e4]]) expect(finite(naiveSoftmax(large))).toBe(false);
  });
});

function matrix(n: number, d: number, label: string): Float64Array[] {
  const random = randomStream(8, label);
  return Array.from({length: n}, () => Float64Array.from({length: d}, () => random.normal()));
}

/** Gradient and, for the exact curvature, the Hessian against central differences. */
function checkDerivatives(f: NewtonObjective, w: Float64Array): void {
  const h = 1e-5;
  const shifted = (i: number, by: number): Float64Array => w.map((value, j) => (j === i ? value + by : value));
  const {gradient, curvature} = f(w);
  const hessian = curvature();
  for (let i = 0; i < w.length; i++) {
    const [up, down] = [f(shifted(i, h)), f(shifted(i, -h))];
    expect(gradient[i]).toBeCloseTo((up.value - down.value) / (2 * h), 7);
    for (let j = 0; j < w.length; j++) expect(hessian[i * w.length + j]).toBeCloseTo((up.gradient[j] - down.gradient[j]) / (2 * h), 6);
  }
}

/** Accepted steps until |g| is below the tolerance. */
function stepsTo(tolerance: number, f: NewtonObjective, w: Float64Array, most = 600): number {
  let state: NewtonState = newtonStart(f, w);
  for (let k = 0; k < most; k++) {
    if (Math.hypot(...state.point.gradient) < tolerance) return k;
    const next = newtonStep(f, state);
    if (!next) return Number.POSITIVE_INFINITY;
    state = next;
  }
  return Number.POSITIVE_INFINITY;
}

describe('gradient-regularised Newton', () => {
  const rows = matrix(12, 3, 'rows');
  const w = Float64Array.of(0.4, -0.7, 0.2);
  const labels = rows.map((_, i) => i % 3);

  it('has the derivatives of its objectives', () => {
    checkDerivatives(logisticObjective(rows, 0.01, 'exact'), w);
    checkDerivatives(logisticObjective(rows, 0.3, 'exact', 2), w);
    checkDerivatives(logSumExpObjective(rows, rows.map((_, i) => i / 12), 0.3, 'exact'), w);
    checkDerivatives(softmaxRegressionObjective({inputs: rows, labels, classes: 3, l2: 0.02, decayed: 2}, 'exact'), Float64Array.from({length: 9}, (_, i) => Math.sin(i)));
  });

  it('stands in for the Hessian by matrices with a zero or positive diagonal, none of them by 0', () => {
    const trace = (kind: Curvature): number => {
      const h = softmaxRegressionObjective({inputs: rows, labels, classes: 3, l2: 0, decayed: 3}, kind)(new Float64Array(9)).curvature();
      return Array.from({length: 9}, (_, i) => h[i * 10]).reduce((a, b) => a + b, 0);
    };
    // At w = 0 each p is 1/3: tr(Diag p) = 1, tr(Diag p - p p') = 2/3 = |p - y|^2.
    expect(trace('gauss-newton')).toBeCloseTo(1.5 * trace('exact'), 10);
    expect(trace('fisher')).toBeCloseTo(trace('exact'), 10);
    expect(trace('none')).toBe(0);
  });

  it('minimises log-sum-exp in few exact steps and in many with Gauss and Newton', () => {
    for (const seed of [1, 2, 3]) {
      const random = randomStream(seed, 'terms');
      const uniform = (n: number): Float64Array => Float64Array.from({length: n}, () => 2 * random.uniform() - 1);
      const offsets = Array.from(uniform(200));
      const terms = Array.from({length: 200}, () => uniform(20));
      // The terms are shifted so that the minimum is at 0; the start is far from it.
      const {gradient} = logSumExpObjective(terms, offsets, 0.1, 'exact')(new Float64Array(20));
      const shifted = terms.map((row) => row.map((value, j) => value - gradient[j]));
      const steps = (kind: Curvature): number => stepsTo(1e-8, logSumExpObjective(shifted, offsets, 0.1, kind), new Float64Array(20).fill(1));
      expect(steps('exact')).toBeLessThanOrEqual(20);
      expect(steps('gauss-newton')).toBeGreaterThan(45);
      expect(steps('gauss-newton')).toBeLessThan(150);
    }
  });

  it('needs hundreds of steps with the Fisher matrix on separable classes, where the Hessian takes some', () => {
    for (const seed of ['a', 'b', 'c']) {
      const [planted] = matrix(1, 10, `${seed} planted`);
      const z = matrix(200, 10, seed).map((row) => row.map((value) => value * Math.sign(row.reduce((sum, own, j) => sum + own * planted[j], 0))));
      const steps = (kind: Curvature, most: number): number => stepsTo(1e-6, logisticObjective(z, 1e-5, kind), new Float64Array(10), most);
      expect(steps('exact', 100)).toBeLessThanOrEqual(23);
      expect(steps('fisher', 400)).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it('comes back from far away, where plain Newton leaves', () => {
    const z = matrix(200, 10, 'ill').map((row) => row.map((value, j) => value * 10 ** (-j / 3)));
    const f = logisticObjective(z, 1e-12, 'exact');
    const far = new Float64Array(10).fill(30);
    expect(stepsTo(1e-6, f, far)).toBeLessThan(40);
    const first = plainNewtonStep(f, newtonStart(f, far));
    const second = first && plainNewtonStep(f, first);
    expect(second?.point.value).toBeGreaterThan(1e9);
  });

  it('stops at a minimum instead of trying for ever', () => {
    const flat: NewtonObjective = (point) => ({value: 0, gradient: new Float64Array(point.length), curvature: () => new Float64Array(point.length ** 2)});
    expect(newtonStep(flat, newtonStart(flat, w))).toBeNull();
  });
});

describe('the norm test', () => {
  it('asks for a batch that makes the noise eta of the gradient', () => {
    // Mean (2, 0), deviations of length 1: V = 4 / 3, |mean|^2 = 4.
    const rows = [[3, 0], [1, 0], [2, 1], [2, -1]];
    expect(normTest(rows, 1)).toEqual({variance: 4 / 3, gradientSquared: 4, requiredBatch: 1});
    expect(normTest(rows, 0.1).requiredBatch).toBe(34);
  });

  it('takes means of micro-batches as less noisy samples, and an infinite batch where the gradient is 0', () => {
    const random = randomStream(2, 'micro');
    const samples = Array.from({length: 4000}, () => [1 + random.normal(), random.normal()]);
    const means = Array.from({length: 500}, (_, i) => [0, 1].map((j) => samples.slice(8 * i, 8 * i + 8).reduce((sum, row) => sum + row[j] / 8, 0)));
    expect(normTest(means, 1, 8).variance / normTest(samples, 1).variance).toBeCloseTo(1, 0);
    expect(normTest([[1, 0], [-1, 0]], 1).requiredBatch).toBe(Number.POSITIVE_INFINITY);
  });
});
