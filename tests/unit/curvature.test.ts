import {EigenvalueDecomposition, Matrix} from 'ml-matrix';
import {describe, expect, it} from 'vitest';
import {largestStableRate, stabilityOf} from '../../src/core/curvature.ts';
import {randomStream} from '../../src/core/random.ts';
import {FLOAT64_RADIUS, hessianProduct} from '../../src/numerics/curvature/differences.ts';
import {extremeEigenpairs, lanczos, type Product, ritzOf} from '../../src/numerics/curvature/lanczos.ts';
import {noiseScale} from '../../src/numerics/curvature/noiseScale.ts';
import {estimateOf, probeSpectrum, signVector, spectralDensity, traceEstimate} from '../../src/numerics/curvature/spectrum.ts';
import {bendingScale, TAYLOR_FLOAT64, type TaylorObjective, taylorSlope} from '../../src/numerics/curvature/taylor.ts';
import {squaredLoss} from '../../src/numerics/theory/tanhNetwork.ts';
import {denseHessian, denseSpectrum, tanhCase} from '../helpers/curvatureChecks.ts';

const random = (seed: number) => randomStream(seed, 'curvature test');

/** A symmetric matrix with normal entries, as rows. */
function symmetric(n: number, seed: number): number[][] {
  const draw = random(seed);
  const a = Array.from({length: n}, () => Array.from({length: n}, () => draw.normal()));
  return a.map((row, i) => row.map((value, j) => (value + a[j][i]) / 2));
}

const productWith = (rows: readonly (readonly number[])[]): Product => (v) => Float64Array.from(rows, (row) => row.reduce((sum, value, j) => sum + value * v[j], 0));
const eigenvaluesOf = (rows: number[][]): number[] => new EigenvalueDecomposition(new Matrix(rows), {assumeSymmetric: true}).realEigenvalues.sort((a, b) => b - a);

describe('Lanczos', () => {
  it('has all eigenvalues after n steps, and an orthonormal basis', async () => {
    const rows = symmetric(12, 1);
    const krylov = await lanczos(productWith(rows), signVector(random(2), 12), 30);
    expect(krylov.alpha.length).toBe(12);
    const {values} = ritzOf(krylov);
    eigenvaluesOf(rows).forEach((value, j) => expect(values[j]).toBeCloseTo(value, 10));
    for (const [i, p] of krylov.basis.entries()) {
      for (const [j, q] of krylov.basis.entries()) expect(p.reduce((sum, x, k) => sum + x * q[k], 0)).toBeCloseTo(i === j ? 1 : 0, 12);
    }
  });

  it('keeps its basis orthonormal where it has long converged on an outlier', async () => {
    const n = 60;
    const product: Product = (v) => v.map((x, i) => x * (i === 0 ? 1e6 : i / n));
    const {basis} = await lanczos(product, signVector(random(3), n), 40);
    let worst = 0;
    for (const [i, p] of basis.entries()) for (const q of basis.slice(0, i)) worst = Math.max(worst, Math.abs(p.reduce((sum, x, k) => sum + x * q[k], 0)));
    expect(worst).toBeLessThan(1e-13);
  });

  it.each([40, 150, 400])('finds the top two eigenvalues of %i weights, within its own bounds', async (n) => {
    // A quadratic with condition number 1e4, turned by a reflection so that no axis is special.
    const draw = random(n);
    const u = Float64Array.from({length: n}, () => draw.normal());
    const squares = u.reduce((sum, x) => sum + x * x, 0);
    const reflected = (v: Float64Array): Float64Array => {
      const along = (2 * v.reduce((sum, x, i) => sum + x * u[i], 0)) / squares;
      return v.map((x, i) => x - along * u[i]);
    };
    const curvature = (i: number): number => 10 ** ((-4 * i) / (n - 1));
    const product: Product = (v) => reflected(reflected(v).map((x, i) => curvature(i) * x));
    const {largest, steps} = await extremeEigenpairs(product, signVector(random(5), n), 2, 60, 1e-4);
    expect(steps).toBeLessThanOrEqual(60);
    for (const [j, {value, bound, vector}] of largest.entries()) {
      expect(Math.abs(value / curvature(j) - 1)).toBeLessThan(1e-3);
      const residual = Math.hypot(...(await product(vector)).map((x, i) => x - value * vector[i]));
      expect(residual).toBeCloseTo(bound, 8);
      expect(Math.abs(value - curvature(j))).toBeLessThanOrEqual(bound + 1e-12);
    }
  });

  it('stops in an invariant subspace, and on a zero matrix', async () => {
    const {largest, smallest, steps} = await extremeEigenpairs((v) => v.map((x) => 3 * x), signVector(random(1), 9), 2, 9, 0);
    expect([largest.length, steps]).toEqual([1, 1]);
    expect(largest[0].value).toBeCloseTo(3, 13);
    expect(smallest.bound).toBe(0);
    expect((await extremeEigenpairs((v) => v.map(() => 0), signVector(random(1), 9), 2, 9, 0)).largest[0].value).toBe(0);
  });

  it('refuses a zero start and numbers that are not finite', async () => {
    await expect(lanczos((v) => v, new Float64Array(3), 3)).rejects.toThrow('start vector');
    await expect(lanczos((v) => v.map(() => Number.NaN), new Float64Array(3).fill(1), 3)).rejects.toThrow('are not finite');
  });
});

describe('Hessian products by differences in float64', () => {
  it('are those of a dense Hessian and find its largest eigenvalue to 1e-6', async () => {
    const {w, gradient} = tanhCase([1, 8, 8, 1]);
    const dense = denseHessian(gradient, w);
    const product = hessianProduct(gradient, w, FLOAT64_RADIUS);
    const v = signVector(random(4), w.length);
    const expected = dense.map((row) => row.reduce((sum, value, j) => sum + value * v[j], 0));
    const found = await product(v);
    expect(Math.hypot(...expected.map((value, i) => value - found[i])) / Math.hypot(...expected)).toBeLessThan(1e-6);
    const {largest, smallest} = await extremeEigenpairs(product, v, 2, 40, 1e-8);
    const exact = denseSpectrum(dense);
    for (const j of [0, 1]) expect(Math.abs(largest[j].value / exact[j] - 1)).toBeLessThan(1e-6);
    expect(Math.abs(smallest.value / exact[exact.length - 1] - 1)).toBeLessThan(1e-6);
    expect(Array.from(await product(new Float64Array(w.length)))).toEqual(Array.from(w, () => 0));
  });

  it('divide by the distance of the points that were really taken', async () => {
    const h = [3, 7, 11];
    const w = Float64Array.from([5000.3, -70.1, 900.7], Math.fround);
    const product = hessianProduct((v) => v.map((x, i) => h[i] * x), w, 1e-2, (v) => v.map(Math.fround));
    for (const [i, curvature] of h.entries()) expect((await product(Float64Array.from(h, (_, j) => (i === j ? 2 : 0))))[i]).toBeCloseTo(2 * curvature, 9);
  });
});

describe('the spectrum by stochastic Lanczos quadrature', () => {
  const {w, gradient} = tanhCase([1, 8, 8, 1]);
  const exact = denseSpectrum(denseHessian(gradient, w));
  const n = w.length;
  const moment = (power: number): number => exact.reduce((sum, value) => sum + value ** power, 0);

  it('has the moments of the dense one within its standard errors', async () => {
    const product = hessianProduct(gradient, w, FLOAT64_RADIUS);
    const probes = [];
    for (let probe = 0; probe < 24; probe++) probes.push(await probeSpectrum(product, n, 20, randomStream(7, 'probe', probe)));
    for (const power of [1, 2, 3]) {
      const {value, error} = traceEstimate(probes, n, power);
      expect(error).toBeGreaterThan(0);
      expect(error).toBeLessThan(0.35 * Math.abs(moment(power)));
      expect(Math.abs(value - moment(power))).toBeLessThan(3 * error);
    }
    const {at, density, width} = spectralDensity(probes, 400, 0.02);
    const step = at[1] - at[0];
    const integral = (f: (t: number) => number): number => density.reduce((sum, d, i) => sum + d * f(at[i]) * step, 0);
    expect(integral(() => 1)).toBeCloseTo(1, 4);
    expect(integral((t) => t)).toBeCloseTo(traceEstimate(probes, n, 1).value / n, 4);
    expect(integral((t) => t * t)).toBeCloseTo(traceEstimate(probes, n, 2).value / n + width ** 2, 4);
  });

  it('is exact for one probe of a matrix with equal diagonal entries', async () => {
    const rows = symmetric(10, 8).map((row, i) => row.map((value, j) => (i === j ? 2 : 0 * value)));
    const probe = await probeSpectrum(productWith(rows), 10, 5, random(9));
    expect(traceEstimate([probe], 10).value).toBeCloseTo(20, 12);
    expect(spectralDensity([probe], 11, 0.05).density.every(Number.isFinite)).toBe(true);
  });

  it('gives means their standard errors', () => {
    expect(estimateOf([1, 2, 3, 4]).value).toBe(2.5);
    expect(estimateOf([1, 2, 3, 4]).error).toBeCloseTo(Math.sqrt(5 / 3 / 4), 14);
    expect(estimateOf([5]).error).toBeNaN();
  });
});

describe('the noise scale', () => {
  const draw = random(11);
  const samples = Array.from({length: 24}, () => Float64Array.from({length: 5}, (_, j) => j + draw.normal()));
  const mean = Float64Array.from({length: 5}, (_, j) => samples.reduce((sum, g) => sum + g[j] / 24, 0));
  const spread = samples.reduce((sum, g) => sum + g.reduce((all, x, j) => all + (x - mean[j]) ** 2, 0), 0) / 23;
  const partsOf = (order: Int32Array, sizes: readonly number[]) => {
    let from = 0;
    return sizes.map((size) => {
      const own = Array.from(order.subarray(from, from + size), (i) => samples[i]);
      from += size;
      return {size, gradient: Float64Array.from({length: 5}, (_, j) => own.reduce((sum, g) => sum + g[j] / size, 0))};
    });
  };

  it('is the direct computation where each part is a sample', () => {
    const {trace, gradientSquared, scale} = noiseScale(samples.map((gradient) => ({size: 1, gradient})));
    expect(trace).toBeCloseTo(spread, 12);
    expect(gradientSquared).toBeCloseTo(mean.reduce((sum, x) => sum + x * x, 0), 12);
    expect(scale).toBeCloseTo(spread / gradientSquared, 12);
  });

  it('is unbiased over random cuts into unequal parts, with a fair standard error', () => {
    const found = Array.from({length: 600}, (_, i) => noiseScale(partsOf(random(100 + i).permutation(24), [5, 5, 5, 5, 4])));
    const traces = found.map(({trace}) => trace);
    const {value, error} = estimateOf(traces);
    expect(Math.abs(value - spread)).toBeLessThan(4 * error);
    const told = found.reduce((sum, one) => sum + one.error / 600, 0);
    const true_ = error * Math.sqrt(600);
    expect(told / true_).toBeGreaterThan(0.5);
    expect(told / true_).toBeLessThan(2);
  });
});

describe('the largest stable learning rate', () => {
  /** |x| after many steps of the method on 1/2 lambda x^2, over |x| some steps before. */
  function grows(solver: string, mu: number, rate: number, lambda: number): boolean {
    let [x, v] = [1, 0];
    for (let t = 0; t < 4000; t++) {
      const g = lambda * x;
      v = mu * v + g;
      x -= rate * (solver === 'nesterov' ? g + mu * v : v);
    }
    return !(Math.abs(x) < 1);
  }

  it.each(['sgd', 'momentum', 'nesterov'])('of %s is where its steps on a parabola turn from shrinking to growing', (solver) => {
    for (const mu of solver === 'sgd' ? [0] : [0, 0.5, 0.9]) {
      const edge = largestStableRate(solver, mu, 7) ?? Number.NaN;
      expect(grows(solver, mu, 0.99 * edge, 7)).toBe(false);
      expect(grows(solver, mu, 1.01 * edge, 7)).toBe(true);
    }
  });

  it('says what it allows, and nothing of adaptive methods', () => {
    expect(stabilityOf('adam', 0, 0.1, 4, false)).toBeNull();
    expect(stabilityOf('sgd', 0, 0.1, -1, false)).toMatchObject({allowed: Number.POSITIVE_INFINITY, share: 0});
    const above = stabilityOf('sgd', 0, 1, 8, true);
    expect(above).toMatchObject({allowed: 0.25, share: 4});
    expect(above?.text).toContain('allows learning rates up to 0.25. At 1 each step overshoots');
    expect(above?.text).toContain('Try 0.13. Mini-batches need somewhat less.');
    expect(stabilityOf('momentum', 0.9, 0.475, 8, false)?.text).toContain('edge of stability');
    expect(stabilityOf('nesterov', 0.9, 0.01, 8, false)?.text).toContain('stable along every direction');
  });
});

describe('the Taylor slope', () => {
  const {network, w, inputs, y} = tanhCase([1, 8, 8, 1]);
  const at = (point: Float64Array) => squaredLoss(network, point, inputs, y, 1 / inputs.n);
  const objective: TaylorObjective = {value: (point) => at(point).loss};
  const direction = signVector(random(12), w.length);
  const {gradient} = at(w);

  it('is 2 for a right gradient', async () => {
    const {slope, errors, steps, fitted, mismatch} = await taylorSlope(objective, gradient, w, direction, TAYLOR_FLOAT64);
    expect(mismatch).toBeLessThan(1e-4);
    expect(slope).toBeGreaterThan(1.95);
    expect(slope).toBeLessThan(2.05);
    expect(errors.length).toBe(steps.length);
    expect(fitted.length).toBe(5);
  });

  it.each([
    {what: 'scaled by 1.001', wrong: gradient.map((x) => 1.001 * x)},
    {what: 'wrong in one entry', wrong: gradient.map((x, i) => (i === 3 ? x + 0.01 : x))},
    {what: 'negative', wrong: gradient.map((x) => -x)},
  ])('is 1 for a gradient that is $what', async ({wrong}) => {
    const {slope, mismatch} = await taylorSlope(objective, wrong, w, direction, TAYLOR_FLOAT64);
    const share = Math.hypot(...wrong.map((x, i) => x - gradient[i])) / Math.hypot(...wrong);
    expect(mismatch / share).toBeGreaterThan(0.1);
    expect(mismatch / share).toBeLessThan(10);
    expect(Math.abs(slope - 1)).toBeLessThan(0.15);
  });

  it('takes the displacement that rounding leaves', async () => {
    const rounded = (point: Float64Array): Float64Array => point.map(Math.fround);
    const start = rounded(w);
    const {slope} = await taylorSlope({...objective, rounded}, at(start).gradient, start, direction, {...TAYLOR_FLOAT64, to: 1e-6});
    expect(Math.abs(slope - 2)).toBeLessThan(0.05);
  });

  it.each([1e-5, 1e-2, 1, 300])('has steps on the scale %d that J bends on', async (width) => {
    // c + h J'''/2 is a fifth off c at h = 2 width / 15.
    const cubic = (h: number): number => 4 + 2 * h + h ** 2 + h ** 3 / width;
    const found = bendingScale(cubic, 1000, 2, 2);
    expect(found).toBeLessThanOrEqual((2 * width) / 15);
    expect(found).toBeGreaterThan(width / 15);
    // Whole periods look flat, but are not taken for it.
    const wave = (h: number): number => 1 - Math.cos(h / width);
    const ofWave = bendingScale(wave, 2000 * Math.PI * width, width ** -2, width ** -2);
    expect(ofWave / width).toBeGreaterThan(0.5);
    expect(ofWave / width).toBeLessThan(2);
    expect(bendingScale((h) => 5 + h + h ** 2, 1000, 2, 2)).toBe(1000);
  });

  it('says nothing where J is linear', async () => {
    const linear = {value: (point: Float64Array): number => point.reduce((sum, x) => sum + x, 0)};
    expect((await taylorSlope(linear, w.map(() => 1), w, direction, TAYLOR_FLOAT64)).slope).toBeNaN();
  });
});
