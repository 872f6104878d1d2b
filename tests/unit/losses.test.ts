import {describe, expect, it} from 'vitest';
import type {HostLoss} from '../../src/core/hostProblem.ts';
import {randomStream} from '../../src/core/random.ts';
import crossEntropy from '../../src/losses/cross-entropy/host.ts';
import hinge from '../../src/losses/hinge/host.ts';
import logistic from '../../src/losses/logistic/host.ts';
import squared from '../../src/losses/squared/host.ts';

const at = (loss: HostLoss, f: number, y: number): number => loss.value(Float64Array.of(f), Float64Array.of(y), 0, 1);

describe('values', () => {
  it('are those of the definitions', () => {
    expect(at(squared, 3, 1)).toBe(2);
    expect(at(hinge, 0.25, 1)).toBe(0.75);
    expect(at(hinge, -2, -1)).toBe(0);
    expect(at(logistic, 0.7, -1)).toBeCloseTo(Math.log(1 + Math.exp(0.7)), 14);
    const f = Float64Array.of(0, 0, 0, 1, 2, 3);
    const y = Float64Array.of(1, 0, 0, 0, 1, 0);
    expect(crossEntropy.value(f, y, 1, 3)).toBeCloseTo(Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 2, 14);
  });

  it('neither overflow nor lose the tail for huge outputs', () => {
    expect(at(logistic, -1000, 1)).toBe(1000);
    expect(at(logistic, 1000, 1)).toBe(0);
    expect(at(logistic, 40, 1)).toBeCloseTo(Math.exp(-40), 30);
    expect(crossEntropy.value(Float64Array.of(1000, -1000), Float64Array.of(0, 1), 0, 2)).toBe(2000);
    expect(crossEntropy.value(Float64Array.of(1000, 999), Float64Array.of(1, 0), 0, 2)).toBeCloseTo(Math.log1p(Math.exp(-1)), 12);
  });
});

describe('derivatives', () => {
  const random = randomStream(7, 'losses');
  const cases: readonly [string, HostLoss, number][] = [
    ['squared', squared, 1],
    ['logistic', logistic, 1],
    ['hinge', hinge, 1],
    ['cross-entropy', crossEntropy, 4],
  ];
  it.each(cases)('%s agrees with central differences', (_, loss, k) => {
    const n = 30;
    const f = Float64Array.from({length: n * k}, () => 2 * random.normal());
    const y = new Float64Array(n * k);
    for (let i = 0; i < n; i++) {
      if (k === 1) y[i] = random.uniform() < 0.5 ? -1 : 1;
      else y[i * k + random.below(k)] = 1;
    }
    const out = new Float64Array(n * k);
    for (let i = 0; i < n; i++) loss.derivative(f, y, i, out, k);
    const h = 1e-6;
    for (let e = 0; e < n * k; e++) {
      const row = Math.floor(e / k);
      const up = f.slice();
      const down = f.slice();
      up[e] += h;
      down[e] -= h;
      expect(out[e]).toBeCloseTo((loss.value(up, y, row, k) - loss.value(down, y, row, k)) / (2 * h), 7);
    }
  });

  it('is zero at the kink of the hinge', () => {
    const out = Float64Array.of(5);
    hinge.derivative(Float64Array.of(-1), Float64Array.of(-1), 0, out, 1);
    expect(out[0]).toBe(0);
  });
});

describe('prox', () => {
  const random = randomStream(8, 'prox');
  const cases: readonly [string, HostLoss][] = [
    ['squared', squared],
    ['logistic', logistic],
    ['hinge', hinge],
  ];
  it.each(cases)('%s minimises loss + (rho/2)(r - q)^2', (_, loss) => {
    for (let trial = 0; trial < 300; trial++) {
      const y = random.uniform() < 0.5 ? -1 : 1;
      const q = 4 * random.normal();
      const rho = 10 ** (4 * random.uniform() - 2);
      const r = loss.prox!(q, y, rho);
      const total = (s: number): number => at(loss, s, y) + (rho / 2) * (s - q) ** 2;
      for (const shift of [-1, -1e-2, -1e-4, 1e-4, 1e-2, 1]) expect(total(r + shift)).toBeGreaterThan(total(r));
    }
  });

  it('logistic solves its optimality condition to 1e-12, also far out and for extreme rho', () => {
    for (const rho of [1e-6, 1e-3, 1, 1e3, 1e6]) {
      for (const q of [-800, -5, 0, 0.1, 5, 800]) {
        for (const y of [-1, 1]) {
          const r = logistic.prox!(q, y, rho);
          const slope = new Float64Array(1);
          logistic.derivative(Float64Array.of(r), Float64Array.of(y), 0, slope, 1);
          const curvature = rho + 0.25;
          expect(Math.abs(slope[0] + rho * (r - q)) / curvature).toBeLessThan(1e-11 * Math.max(1, Math.abs(r)));
        }
      }
    }
  });

  it('squared and hinge have their closed forms', () => {
    expect(squared.prox!(3, 1, 2)).toBeCloseTo(7 / 3, 15);
    expect(hinge.prox!(1.5, 1, 2)).toBe(1.5);
    expect(hinge.prox!(-1, 1, 2)).toBe(-0.5);
    expect(hinge.prox!(-0.8, -1, 2)).toBe(-1);
  });

  it('is missing for several outputs', () => {
    expect(crossEntropy.prox).toBeUndefined();
  });
});
