import {describe, expect, it} from 'vitest';
import {type Acceleration, MOTIONS} from '../../src/core/momentumOverlay.ts';
import {bestTuning, modesOf, momentumMap, quadraticAfter, shareLeft, stableBelow, stepsTo} from '../../src/numerics/theory/momentum.ts';

const KINDS: readonly Acceleration[] = ['heavy ball', 'nesterov'];

/** The update rules as the solvers write them, on 1/2 h w^2. */
function simulated(kind: Acceleration, h: number, rate: number, mu: number, steps: number): number[] {
  let [w, v] = [1, 0];
  const path = [w];
  for (let t = 0; t < steps; t++) {
    const g = h * w;
    v = mu * v + g;
    w -= rate * (kind === 'heavy ball' ? v : g + mu * v);
    path.push(w);
  }
  return path;
}

const SETTINGS = [0.05, 0.3, 0.9, 1, 1.05, 1.3, 1.9, 2.5, 3.7].flatMap((a) => [0, 0.2, 0.5, 0.9, 0.99].map((mu) => ({a, mu})));

describe.each(KINDS)('%s on a quadratic', (kind) => {
  it('leaves what a simulation leaves, step by step', () => {
    for (const {a, mu} of SETTINGS) {
      const path = simulated(kind, 4, a / 4, mu, 40);
      const size = Math.max(...path.map(Math.abs));
      for (const [t, w] of path.entries()) expect(Math.abs(shareLeft(kind, a, mu, t) - w)).toBeLessThanOrEqual(1e-9 * size);
    }
  });

  it('at a double eigenvalue too', () => {
    // T^2 = 4 D: a = (1 - sqrt mu)^2 for the heavy ball, ((1 - mu) / (1 + mu))^2 = 1 - 4 mu / (1 + mu)^2 for Nesterov.
    for (const mu of [0.25, 0.64, 0.81]) {
      const a = kind === 'heavy ball' ? (1 - Math.sqrt(mu)) ** 2 : 1 - (4 * mu) / (1 + mu) ** 2;
      const {discriminant, trace} = modesOf(kind, a, mu);
      expect(Math.abs(discriminant)).toBeLessThan(1e-12 * trace ** 2);
      const path = simulated(kind, 1, a, mu, 60);
      for (const [t, w] of path.entries()) expect(shareLeft(kind, a, mu, t)).toBeCloseTo(w, 8);
    }
  });

  it('shrinks by the radius in the long run', () => {
    for (const {a, mu} of SETTINGS) {
      const {radius, motion} = modesOf(kind, a, mu);
      const path = simulated(kind, 1, a, mu, 4000);
      // The largest of a stretch, as complex eigenvalues pass through 0; over 2000 steps a double root's factor t is small.
      const largest = (from: number): number => Math.max(...path.slice(from, from + 500).map(Math.abs));
      const [early, late] = [largest(500), largest(2500)];
      if (early < 1e-200 || late < 1e-200 || !Number.isFinite(late) || late > 1e200) expect(radius < 0.98 || radius > 1.02).toBe(true);
      else expect((late / early) ** (1 / 2000)).toBeCloseTo(radius, 3);
      expect(motion === 'divergent').toBe(!(radius < 1));
    }
  });

  it('moves as it is called', () => {
    for (const {a, mu} of SETTINGS) {
      const {motion, radius} = modesOf(kind, a, mu);
      if (motion === 'divergent' || radius < 0.05) continue;
      const path = simulated(kind, 1, a, mu, 300).filter((w) => Math.abs(w) > 1e-280);
      const tail = path.slice(Math.floor(path.length / 3));
      const changes = tail.slice(1).filter((w, i) => Math.sign(w) !== Math.sign(tail[i])).length;
      if (motion === 'monotone') expect(changes).toBe(0);
      else if (motion === 'alternating') expect(changes).toBe(tail.length - 1);
      else expect(changes).toBeGreaterThan(0);
    }
  });

  it('diverges from the limit on', () => {
    for (const mu of [0, 0.3, 0.9, 0.99]) {
      const limit = stableBelow(kind, mu);
      expect(modesOf(kind, 0.999 * limit, mu).motion).not.toBe('divergent');
      expect(modesOf(kind, 1.001 * limit, mu).motion).toBe('divergent');
      expect(modesOf(kind, -0.001, mu).motion).toBe('divergent');
    }
  });

  it.each([1.5, 20, 1000])('has its best settings where a search finds none better: condition %d', (kappa) => {
    const [least, most] = [0.5, 0.5 * kappa];
    const worst = (rate: number, mu: number): number => Math.max(modesOf(kind, rate * least, mu).radius, modesOf(kind, rate * most, mu).radius);
    const {learningRate, momentum, radius} = bestTuning(kind, least, most);
    // A double root: the radius moves by the square root of rounding.
    expect(worst(learningRate, momentum)).toBeCloseTo(radius, 6);
    let best = Number.POSITIVE_INFINITY;
    for (let i = 1; i < 400; i++) for (let j = 0; j < 400; j++) best = Math.min(best, worst((4 * i) / (400 * most), j / 400));
    expect(best).toBeGreaterThan(radius - 1e-9);
  });

  it('is drawn as a map', () => {
    const [aValues, muValues] = [[0.1, 1.5, 5], [0, 0.9]];
    const {radius, motion} = momentumMap(kind, aValues, muValues);
    expect(radius[4]).toBe(modesOf(kind, 1.5, 0.9).radius);
    expect([...motion].map((index) => MOTIONS[index])).toEqual(['monotone', 'alternating', 'divergent', ...[0.1, 1.5, 5].map((a) => modesOf(kind, a, 0.9).motion)]);
  });
});

describe('gradient descent on a quadratic', () => {
  it('is either without momentum', () => {
    for (const kind of KINDS) for (const a of [0.3, 1, 1.7]) expect(shareLeft(kind, a, 0, 7)).toBeCloseTo((1 - a) ** 7, 12);
  });

  it('has the best rate 2 / (least + most)', () => {
    const {learningRate, radius} = bestTuning('gradient descent', 1, 20);
    expect(learningRate).toBeCloseTo(2 / 21, 12);
    expect(radius).toBeCloseTo(Math.abs(1 - learningRate), 12);
    expect(radius).toBeCloseTo(Math.abs(1 - 20 * learningRate), 12);
  });

  it('adds directions up', () => {
    const [h, start] = [[1, 0.05], [2, -3]];
    const paths = h.map((one) => simulated('nesterov', one, 0.8, 0.7, 25));
    expect(quadraticAfter('nesterov', h, start, 0.8, 0.7, 25)).toBeCloseTo(h.reduce((sum, one, i) => sum + 0.5 * one * (start[i] * paths[i][25]) ** 2, 0), 12);
    expect(stepsTo(0.01, 0.9)).toBeCloseTo(43.71, 2);
    expect(stepsTo(0.01, 1)).toBe(Number.POSITIVE_INFINITY);
  });
});
