import {beforeAll, describe, expect, it} from 'vitest';
import {randomStream} from '../../src/core/random.ts';
import {tf} from '../../src/engine/tf.ts';
import hinge from '../../src/losses/hinge/host.ts';
import {projectOnCone, proxWorstHinge} from '../../src/numerics/robustProx.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const sum = (a: readonly number[]): number => a.reduce((total, value) => total + value, 0);
const norm1 = (a: readonly number[]): number => sum(a.map(Math.abs));

/** The nearest point with |p|_1 <= radius, by sorting (Duchi et al. 2008). */
function inBall(p: readonly number[], radius: number): number[] {
  if (norm1(p) <= radius) return [...p];
  const sizes = p.map(Math.abs).sort((a, b) => b - a);
  let threshold = 0;
  for (let k = 1; k <= sizes.length; k++) {
    const candidate = (sum(sizes.slice(0, k)) - radius) / k;
    if (k === sizes.length || sizes[k] <= candidate) {
      threshold = candidate;
      break;
    }
  }
  return p.map((value) => Math.sign(value) * Math.max(0, Math.abs(value) - threshold));
}

/** Half the squared distance to {s >= e tau, |p|_1 <= tau}, convex in tau. */
function distanceAt(s: readonly number[], p: readonly number[], e: number, tau: number): number {
  const ball = inBall(p, tau);
  return sum(s.map((value) => Math.max(0, e * tau - value) ** 2 / 2)) + sum(p.map((value, t) => (value - ball[t]) ** 2 / 2));
}

/** Golden-section search over tau. */
function projectSlowly(s: readonly number[], p: readonly number[], e: number): {readonly s: number[]; readonly p: number[]} {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [0, norm1(p)];
  for (let i = 0; i < 120; i++) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (distanceAt(s, p, e, a) < distanceAt(s, p, e, b)) high = b;
    else low = a;
  }
  const tau = (low + high) / 2;
  return {s: s.map((value) => Math.max(value, e * tau)), p: inBall(p, tau)};
}

describe('the projection on a cone', () => {
  it.each([[0, 9, 4], [0.01, 9, 4], [0.3, 9, 4], [3, 9, 4], [0.1, 60, 20], [1, 60, 20]])('is the nearest point, whatever lies inside, outside or opposite (slope %d, %i samples, %i inputs)', async (e, n, d) => {
    const random = randomStream(4, 'points');
    const groups = 40;
    const columns = Array.from({length: groups}, (_, g) => ({
      // From well inside (all s large) to well outside.
      s: Array.from({length: n}, () => random.normal() + (g % 4) - 1),
      p: Array.from({length: d}, (_, t) => (t === d - 1 ? 0 : random.normal() * 2 ** ((g % 5) - 2))),
    }));
    const toTensor = (rows: number, part: 's' | 'p') => tf.tensor2d(Array.from({length: rows}, (_, i) => columns.map((column) => column[part][i])));
    const found = projectOnCone({s: toTensor(n, 's'), p: toTensor(d, 'p')}, e);
    const [s, p] = [await found.s.array(), await found.p.array()];
    for (const [g, column] of columns.entries()) {
      const expected = e === 0 ? {s: column.s.map((value) => Math.max(0, value)), p: column.p} : projectSlowly(column.s, column.p, e);
      for (let i = 0; i < n; i++) expect(Math.abs(s[i][g] - expected.s[i])).toBeLessThan(2e-5);
      for (let t = 0; t < d; t++) expect(Math.abs(p[t][g] - expected.p[t])).toBeLessThan(2e-5);
    }
  });
});

describe('the prox of the worst hinge loss', () => {
  const random = randomStream(9, 'rows');
  const [n, d] = [50, 4];
  const rows = Array.from({length: n}, () => ({
    x: Array.from({length: d}, (_, t) => (t === d - 1 ? 1 : random.normal())),
    y: random.uniform() < 0.5 ? -1 : 1,
    q: Array.from({length: d}, () => 2 * random.normal()),
  }));
  const proxOf = async (epsilon: number, rho: number): Promise<number[][]> => {
    const q = tf.tensor2d(rows.map((row) => row.q));
    const yx = tf.tensor2d(rows.map(({x, y}) => x.map((value) => y * value)));
    return proxWorstHinge(q, yx, tf.tensor1d([epsilon, epsilon, epsilon, 0]), rho).array();
  };

  it.each([[0.05, 0.3], [0.3, 2], [1, 0.1], [0.2, 50]])('grows by (rho/2) |b - b*|^2 in every direction (radius %d, rho %d)', async (epsilon, rho) => {
    const found = await proxOf(epsilon, rho);
    const objective = ({x, y, q}: (typeof rows)[number], b: readonly number[]): number =>
      Math.max(0, 1 - y * sum(x.map((value, t) => value * b[t])) + epsilon * norm1(b.slice(0, -1))) + (rho / 2) * sum(b.map((value, t) => (value - q[t]) ** 2));
    for (const [k, row] of rows.entries()) {
      const least = objective(row, found[k]);
      for (let probe = 0; probe < 60; probe++) {
        const step = 10 ** -(probe % 4);
        const b = found[k].map((value) => value + (random.uniform() < 0.3 ? 0 : step * random.normal()));
        const away = sum(b.map((value, t) => (value - found[k][t]) ** 2));
        expect(objective(row, b)).toBeGreaterThanOrEqual(least + (rho / 2) * away - 2e-5 * Math.max(1, rho, least));
      }
    }
  });

  it('is the hinge loss\'s own prox along x at radius 0', async () => {
    const found = await proxOf(0, 0.7);
    for (const [k, {x, y, q}] of rows.entries()) {
      const square = sum(x.map((value) => value ** 2));
      const f = sum(x.map((value, t) => value * q[t]));
      const moved = ((hinge.prox?.(f, y, 0.7 / square) ?? Number.NaN) - f) / square;
      for (let t = 0; t < d; t++) expect(found[k][t]).toBeCloseTo(q[t] + moved * x[t], 4);
    }
  });
});
