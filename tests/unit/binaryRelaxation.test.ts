import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {randomStream} from '../../src/core/random.ts';
import {BinaryBoundRounds} from '../../src/numerics/binary/bounds.ts';
import {boxBound} from '../../src/numerics/binary/boxBound.ts';
import {GrayEnumeration} from '../../src/numerics/binary/enumeration.ts';
import {atHead} from '../../src/numerics/binary/frame.ts';
import {leastEigenvalue, leastEigenvector, spectralNorm} from '../../src/numerics/binary/leastEigenvalue.ts';
import {mixingSweep} from '../../src/numerics/binary/mixing.ts';
import {polarFactor} from '../../src/numerics/binary/polar.ts';
import {binaryQuadratic, energy, type Quadratic, roundUp} from '../../src/numerics/binary/quadratic.ts';
import {beginDescent, riemannianStep, safeStep} from '../../src/numerics/binary/riemannian.ts';
import {drawRoundings, improvedByFlips, randomRounding, roundedToHead} from '../../src/numerics/binary/rounding.ts';
import {atRank, normalise, randomRows, relaxation, type Rows, rowsAtAngles, rowsOfSigns, sufficientRank, twistedAngles} from '../../src/numerics/binary/rows.ts';
import {certificateOf} from '../../src/numerics/binary/sdpCertificate.ts';
import {symmetricEigen} from '../../src/numerics/symmetricEigen.ts';

interface Case {
  readonly x: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly alpha: number;
}

const quadraticOf = ({x, y, alpha}: Case): Quadratic => binaryQuadratic(Float64Array.from(x.flat()), Float64Array.from(y), x[0].length, x[0].length, alpha);

/** E(w) = |alpha X w - y|^2 in the plainest way. */
const plainEnergy = ({x, y, alpha}: Case, w: readonly number[]): number =>
  x.reduce((sum, row, i) => sum + (row.reduce((f, entry, j) => f + alpha * entry * w[j], 0) - y[i]) ** 2, 0);

const allWeights = (p: number): number[][] => Array.from({length: 2 ** p}, (_, t) => Array.from({length: p}, (_w, j) => (Math.floor(t / 2 ** j) % 2 === 0 ? -1 : 1)));
const allEnergies = (one: Case): number[] => allWeights(one.x[0].length).map((w) => plainEnergy(one, w));

/** Cases of 1 to 7 weights and 1 to 9 samples, zero columns and equal rows among them. */
const caseOf = (entry: fc.Arbitrary<number>, alpha: fc.Arbitrary<number>): fc.Arbitrary<Case> =>
  fc.tuple(fc.integer({min: 1, max: 7}), fc.integer({min: 1, max: 9})).chain(([p, n]) =>
    fc.record({
      x: fc.array(fc.array(entry, {minLength: p, maxLength: p}), {minLength: n, maxLength: n}),
      y: fc.array(entry, {minLength: n, maxLength: n}),
      alpha,
    }),
  );
const whole = caseOf(fc.integer({min: -4, max: 4}), fc.constantFrom(1, 2));
const real = caseOf(
  fc.double({min: -1e4, max: 1e4, noNaN: true}).map((value) => Number(value.toPrecision(6))),
  fc.constantFrom(0.001, 0.1, 0.25, 1, 30),
);
const seeds = fc.integer({min: 0, max: 1e6});
/** Any rows at all: random, near a vertex, or all equal. */
const rowsFor = (n: number, seed: number): Rows => {
  const random = randomStream(seed, 'rows of a test');
  const rows = randomRows(n, 1 + (seed % 4), random);
  if (seed % 3 === 0) for (let i = 0; i < rows.v.length; i++) rows.v[i] *= i % rows.k === 0 ? 1 : 1e-9;
  if (seed % 7 === 0) rows.v.fill(1);
  normalise(rows);
  return rows;
};
const DRAWS = {numRuns: 300, seed: 5};

describe('the quadratic form', () => {
  it('is E at every weight vector', () => {
    fc.assert(
      fc.property(fc.oneof(whole, real), (one) => {
        const quadratic = quadraticOf(one);
        for (const w of allWeights(quadratic.p)) {
          const expected = plainEnergy(one, w);
          expect(Math.abs(energy(quadratic, w) - expected)).toBeLessThanOrEqual(quadratic.rounding + 1e-12 * expected);
        }
      }),
      {numRuns: 100, seed: 5},
    );
  });

  it('knows the class that all values lie in, where all numbers are whole, and only then', () => {
    let found = 0;
    fc.assert(
      fc.property(whole, (one) => {
        const quadratic = quadraticOf(one);
        expect(quadratic.rounding).toBe(0);
        const values = allEnergies(one);
        if (!quadratic.lattice) expect(new Set(values).size).toBe(1);
        else {
          const {step, offset} = quadratic.lattice;
          found++;
          expect(step % 4).toBe(0);
          for (const value of values) expect((((value - offset) % step) + step) % step).toBe(0);
        }
      }),
      DRAWS,
    );
    expect(found).toBeGreaterThan(200);
    expect(quadraticOf({x: [[0.5, 1]], y: [1], alpha: 1}).lattice).toBeNull();
    expect(quadraticOf({x: [[1, 1]], y: [1], alpha: 0.25}).lattice).toBeNull();
  });

  it('rounds bounds up to that class', () => {
    expect(roundUp({step: 4, offset: 1}, 48.1)).toBe(49);
    expect(roundUp({step: 4, offset: 0}, 372)).toBe(372);
    expect(roundUp({step: 4, offset: 0}, 371.9999999)).toBe(372);
    expect(roundUp({step: 4, offset: 3}, 0)).toBe(3);
    expect(roundUp(null, 1.5)).toBe(1.5);
  });
});

describe('lower bounds', () => {
  it('never lie above the least E, from any V whatever', () => {
    let tight = 0;
    fc.assert(
      fc.property(fc.oneof(whole, real), seeds, (one, seed) => {
        const quadratic = quadraticOf(one);
        const least = Math.min(...allEnergies(one));
        const rows = rowsFor(quadratic.p + 1, seed);
        const slack = 1e-13 * least;
        for (const sweeps of [0, 1, 30]) {
          for (let sweep = 0; sweep < sweeps; sweep++) mixingSweep(quadratic.matrix, rows);
          const {raw, lower, f} = certificateOf(quadratic, rows);
          expect(raw).toBeLessThanOrEqual(least + slack);
          expect(lower).toBeLessThanOrEqual(least + slack);
          expect(Number.isFinite(raw) && Number.isFinite(f)).toBe(true);
          if (lower >= least - 1e-6 * (1 + least)) tight++;
        }
        const box = boxBound(quadratic);
        expect(box.lower).toBeLessThanOrEqual(least + slack);
        expect(box.w.every((x) => Math.abs(x) <= 1)).toBe(true);
      }),
      DRAWS,
    );
    expect(tight).toBeGreaterThan(50);
  });

  it('meet E where the head alone is optimal: orthogonal columns, where the box is tight as well', () => {
    const one = {x: [[3, 0], [0, 2]], y: [3, -2], alpha: 1};
    const rows = randomRows(3, 3, randomStream(2, 'orthogonal'));
    for (let sweep = 0; sweep < 200; sweep++) mixingSweep(quadraticOf(one).matrix, rows);
    expect(certificateOf(quadraticOf(one), rows).lower).toBe(0);
    expect([...roundedToHead(rows)]).toEqual([1, -1]);
    expect(boxBound(quadraticOf(one)).value).toBeCloseTo(0, 12);
  });
});

describe('the least eigenvalue', () => {
  const symmetric = (n: number, seed: number, scale: number): Float64Array => {
    const random = randomStream(seed, 'matrix');
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = scale * random.normal();
    return a;
  };

  it.each([1, 2, 3, 5, 12, 40, 81])('agrees with Jacobi rotations for n = %i, from below', (n) => {
    for (const scale of [1e-9, 1, 1e9]) {
      const a = symmetric(n, n, scale);
      const {values, vectors} = symmetricEigen(a, n);
      const size = Math.max(Math.abs(values[0]), Math.abs(values[n - 1]));
      const least = leastEigenvalue(a, n);
      expect(Math.abs(least.estimate - values[n - 1])).toBeLessThan(1e-13 * n * size);
      expect(least.lower).toBeLessThanOrEqual(values[n - 1] + 1e-14 * n * size);
      expect(values[n - 1] - least.lower).toBeLessThan(1e-11 * n * size);
      expect(Math.abs(spectralNorm(a, n) / size - 1)).toBeLessThan(1e-12);
      const u = leastEigenvector(least, n);
      expect(Math.abs(u.reduce((sum, x, i) => sum + x * vectors[(n - 1) * n + i], 0))).toBeCloseTo(1, 8);
    }
  });

  it('copes with zero, diagonal, singular and repeated eigenvalues', () => {
    for (const n of [1, 2, 6]) {
      expect(leastEigenvalue(new Float64Array(n * n), n).estimate).toBe(0);
      expect(Math.abs(leastEigenvalue(new Float64Array(n * n), n).lower)).toBeLessThan(1e-270);
      expect(leastEigenvalue(new Float64Array(n * n).fill(1), n).estimate).toBeCloseTo(n === 1 ? 1 : 0, 12);
    }
    const diagonal = Float64Array.of(3, 0, 0, 0, -2, 0, 0, 0, -2);
    expect(leastEigenvalue(diagonal, 3).estimate).toBeCloseTo(-2, 14);
    expect(leastEigenvector(leastEigenvalue(diagonal, 3), 3)[0]).toBeCloseTo(0, 8);
  });
});

describe('ways down the relaxation', () => {
  const one: Case = {x: [[1, 2, 0], [-1, 0.5, 2], [2, -1, 1], [0, 1, 1]], y: [1, -2, 0.5, 3], alpha: 0.7};
  const {matrix} = quadraticOf(one);

  it('never rise: sweeps, and steps of the safe length', () => {
    const random = randomStream(3, 'descent');
    const rows = randomRows(4, 3, random);
    let before = relaxation(matrix, rows);
    for (let sweep = 0; sweep < 30; sweep++) {
      mixingSweep(matrix, rows);
      const now = relaxation(matrix, rows);
      expect(now).toBeLessThanOrEqual(before + 1e-12);
      before = now;
    }
    let point = beginDescent(matrix, randomRows(4, 3, random));
    for (let step = 0; step < 200; step++) {
      const {next, products} = riemannianStep(matrix, point, 'fixed', safeStep(matrix, 4));
      expect(next.f).toBeLessThanOrEqual(point.f + 1e-12);
      expect(products).toBe(1);
      point = next;
    }
  });

  it('follow the gradient of f along the spheres', () => {
    const rows = randomRows(4, 3, randomStream(4, 'gradient'));
    const {r} = beginDescent(matrix, rows);
    const h = 1e-6;
    const moved = (at: number, by: number): number => {
      const v = rows.v.slice();
      v[at] += by;
      const other = {...rows, v};
      normalise(other);
      return relaxation(matrix, other);
    };
    // Scaling the rows back takes the part along them away, as R leaves it out.
    for (let at = 0; at < r.length; at++) expect((moved(at, h) - moved(at, -h)) / (2 * h)).toBeCloseTo(r[at], 6);
  });

  it('end at one value, whichever rule', () => {
    const ends = (['fixed', 'armijo', 'bb'] as const).map((rule) => {
      let point = beginDescent(matrix, randomRows(4, 3, randomStream(5, 'rules')));
      for (let step = 0; step < 2000; step++) point = riemannianStep(matrix, point, rule, safeStep(matrix, 4)).next;
      return point.f;
    });
    const rows = randomRows(4, 3, randomStream(6, 'rules'));
    for (let sweep = 0; sweep < 2000; sweep++) mixingSweep(matrix, rows);
    for (const f of ends) expect(f).toBeCloseTo(relaxation(matrix, rows), 7);
  });

  it('stay where nothing is coupled', () => {
    const flat = quadraticOf({x: [[0, 0], [0, 0]], y: [0, 0], alpha: 1});
    const rows = randomRows(3, 2, randomStream(1, 'flat'));
    const before = rows.v.slice();
    mixingSweep(flat.matrix, rows);
    expect(rows.v).toEqual(before);
    const point = beginDescent(flat.matrix, rows);
    expect(riemannianStep(flat.matrix, point, 'bb', safeStep(flat.matrix, 3)).next.f).toBe(0);
    expect(certificateOf(flat, rows)).toMatchObject({f: 0, lower: 0});
  });
});

describe('starts', () => {
  it('twist round the circle and are widened to a full rank', () => {
    expect(twistedAngles(6, 1).map((angle) => Number(angle.toFixed(6)))).toEqual([0.05, 0.997198, 2.144395, 3.091593, 4.23879, 5.185988]);
    const wide = atRank(rowsAtAngles(twistedAngles(10, 2)), 5);
    expect(wide.k).toBe(5);
    const gram = new Float64Array(25);
    for (let i = 0; i < 10; i++) for (let s = 0; s < 5; s++) for (let t = 0; t < 5; t++) gram[s * 5 + t] += wide.v[i * 5 + s] * wide.v[i * 5 + t];
    expect(symmetricEigen(gram, 5).values[4]).toBeGreaterThan(1e-3);
    expect(atRank(rowsOfSigns([1, -3, 0]), 1).v).toEqual(Float64Array.of(1, 1, -1, 1));
    expect(atRank(rowsAtAngles([0, 2, 4]), 1).v).toEqual(Float64Array.of(1, -1, -1));
  });

  it('know the rank that suffices', () => expect([1, 10, 12, 16, 20, 28, 200].map((p) => sufficientRank(p + 1))).toEqual([2, 5, 6, 6, 7, 8, 21]));
});

describe('roundings', () => {
  it('anchored ones are sign(mu + Z r) in the frame of the head', () => {
    const rows = randomRows(7, 3, randomStream(8, 'frame'));
    const framed = atHead(rows);
    const random = (): ReturnType<typeof randomStream> => randomStream(9, 'normals');
    // In its own frame the draw's first coordinate is replaced by 1, so signs follow from mu and Z alone.
    const stream = random();
    for (let draw = 0; draw < 50; draw++) {
      const w = randomRounding(framed, 'anchored', stream);
      expect(w.every((one) => Math.abs(one) === 1)).toBe(true);
    }
    const given = random();
    const [, r1, r2] = [given.normal(), given.normal(), given.normal()];
    const expected = Array.from({length: 6}, (_, i) => (framed.v[3 * i + 3] + framed.v[3 * i + 4] * r1 + framed.v[3 * i + 5] * r2 >= 0 ? 1 : -1));
    expect([...randomRounding(framed, 'anchored', random())]).toEqual(expected);
  });

  it('agree in sign as often as the angle between two rows says (Goemans and Williamson)', () => {
    const rows = rowsAtAngles([0, 1, 2.5]);
    const random = randomStream(10, 'angles');
    const draws = Array.from({length: 20_000}, () => randomRounding(rows, 'gaussian', random));
    const share = (agree: (w: Int8Array) => boolean): number => draws.filter(agree).length / draws.length;
    expect(share((w) => w[0] === 1)).toBeCloseTo(1 - 1 / Math.PI, 1);
    expect(share((w) => w[1] === 1)).toBeCloseTo(1 - 2.5 / Math.PI, 1);
    expect(share((w) => w[0] === w[1])).toBeCloseTo(1 - 1.5 / Math.PI, 1);
  });

  it('have the E that they say, and flips only improve it, to where no flip helps', () => {
    fc.assert(
      fc.property(whole, seeds, (one, seed) => {
        const quadratic = quadraticOf(one);
        const [sample] = drawRoundings(quadratic, rowsFor(quadratic.p + 1, seed), 'anchored', randomStream(seed), 1);
        expect(sample.energy).toBe(plainEnergy(one, [...sample.w]));
        const better = improvedByFlips(quadratic, sample.w);
        expect(better.energy).toBe(plainEnergy(one, [...better.w]));
        expect(better.energy).toBeLessThanOrEqual(sample.energy);
        for (let i = 0; i < quadratic.p; i++) expect(plainEnergy(one, [...better.w].map((w, j) => (j === i ? -w : w)))).toBeGreaterThanOrEqual(better.energy);
      }),
      DRAWS,
    );
  });
});

describe('enumeration', () => {
  it('finds the optimum, its copies and the second value, however it is cut', () => {
    fc.assert(
      fc.property(whole, fc.integer({min: 1, max: 50}), (one, chunk) => {
        const values = allEnergies(one);
        const best = Math.min(...values);
        const enumeration = new GrayEnumeration(quadraticOf(one));
        while (!enumeration.advance(chunk));
        expect(enumeration.done).toBe(values.length);
        const {w, ...found} = enumeration.result;
        expect(found).toEqual({best, copies: values.filter((value) => value === best).length, second: Math.min(...values.filter((value) => value > best), Number.POSITIVE_INFINITY)});
        expect(plainEnergy(one, [...w])).toBe(best);
      }),
      DRAWS,
    );
  });

  it('keeps its best where it is stopped, and gathers no rounding over 65536 steps', () => {
    const random = randomStream(11, 'long');
    const one = {x: Array.from({length: 12}, () => Array.from({length: 16}, () => random.normal())), y: Array.from({length: 12}, () => 3 * random.normal()), alpha: 0.3};
    const quadratic = quadraticOf(one);
    const enumeration = new GrayEnumeration(quadratic);
    expect(enumeration.advance(1000)).toBe(false);
    const early = enumeration.result;
    expect(energy(quadratic, early.w)).toBeCloseTo(early.best, 10);
    enumeration.advance(Number.POSITIVE_INFINITY);
    const values = allEnergies(one);
    const best = Math.min(...values);
    expect(enumeration.result.best).toBeCloseTo(best, 9);
    expect(enumeration.result.second).toBeCloseTo(Math.min(...values.filter((value) => value > best)), 9);
    expect(plainEnergy(one, [...enumeration.result.w])).toBe(best);
  });
});

describe('rounds of bounds', () => {
  it('close at the true optimum, in intervals that only narrow', () => {
    fc.assert(
      fc.property(fc.oneof(whole, real), (one) => {
        const values = allEnergies(one);
        const least = Math.min(...values);
        const rounds = new BinaryBoundRounds(quadraticOf(one), (w) => plainEnergy(one, Array.from(w)));
        let last = rounds.next();
        for (let round = 0; round < 40 && last.improvable; round++) {
          const next = rounds.next();
          expect(next.lower).toBeGreaterThanOrEqual(last.lower);
          expect(next.upper).toBeLessThanOrEqual(last.upper);
          expect(next.lower).toBeLessThanOrEqual(least * (1 + 1e-13));
          last = next;
        }
        expect(last.improvable).toBe(false);
        expect(last.upper).toBeLessThanOrEqual(least + 1e-10 * Math.max(...values));
        expect(last.upper - last.lower).toBeLessThanOrEqual(1e-9 * Math.max(...values));
        expect(last.copies).toBeGreaterThanOrEqual(1);
      }),
      {numRuns: 100, seed: 7},
    );
  });
});

describe('frames', () => {
  it('put the head on the first axis and leave all inner products alone', () => {
    for (const head of [[0.6, 0.8, 0], [-1, 0, 0], [1, 0, 0], [-0.6, 0, 0.8], [-1, 1e-8, 0]]) {
      const rows = randomRows(5, 3, randomStream(12, 'heads'));
      rows.v.set(head);
      normalise(rows);
      const framed = atHead(rows);
      const inner = ({v, k}: Rows, i: number, j: number): number => Array.from({length: k}, (_, t) => v[i * k + t] * v[j * k + t]).reduce((sum, x) => sum + x, 0);
      expect(framed.v[0]).toBeCloseTo(1, 7);
      for (let i = 0; i < 5; i++) for (let j = 0; j < 5; j++) expect(inner(framed, i, j)).toBeCloseTo(inner(rows, i, j), 7);
    }
  });

  it('find the rotation again that was applied, also in a subspace', () => {
    const random = randomStream(13, 'polar');
    for (const [m, rank] of [[1, 1], [3, 3], [5, 2], [4, 0]] as const) {
      const a = Array.from({length: 20}, () => Array.from({length: m}, (_, t) => (t < rank ? random.normal() : 0)));
      const q = polarFactor(Float64Array.from({length: m * m}, () => random.normal()), m);
      const times = (row: readonly number[], o: Float64Array): number[] => row.map((_, t) => row.reduce((sum, x, s) => sum + x * o[s * m + t], 0));
      for (let s = 0; s < m; s++) {
        for (let t = 0; t < m; t++) {
          expect(Array.from({length: m}, (_, r) => q[r * m + s] * q[r * m + t]).reduce((sum, x) => sum + x, 0)).toBeCloseTo(s === t ? 1 : 0, 10);
        }
      }
      const cross = new Float64Array(m * m);
      for (const row of a) for (let s = 0; s < m; s++) for (let t = 0; t < m; t++) cross[s * m + t] += row[s] * times(row, q)[t];
      const found = polarFactor(cross, m);
      for (const row of a) for (const [t, x] of times(row, found).entries()) expect(x).toBeCloseTo(times(row, q)[t], 6);
    }
  });
});
