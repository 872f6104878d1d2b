import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {CertifiedInterval, Certifier, CertifierInput} from '../../src/core/certificate.ts';
import type {HostLoss} from '../../src/core/hostProblem.ts';
import {randomStream} from '../../src/core/random.ts';
import hinge from '../../src/losses/hinge/host.ts';
import logistic from '../../src/losses/logistic/host.ts';
import squared from '../../src/losses/squared/host.ts';
import {arrange} from '../../src/numerics/arrangement.ts';
import type {Neuron} from '../../src/numerics/certificate/bounds.ts';
import {ColumnGeneration} from '../../src/numerics/certificate/columnGeneration.ts';
import type {ConeData} from '../../src/numerics/certificate/groupStep.ts';
import {paddedRows, priceCells} from '../../src/numerics/certificate/pricing.ts';
import {checkProof, type Proof} from '../../src/numerics/certificate/proof.ts';
import {reluCertifier} from '../../src/numerics/certificate/reluCertifier.ts';
import {sparsify} from '../../src/numerics/certificate/sparsify.ts';

const LOSSES: Readonly<Record<string, HostLoss>> = {squared, logistic, hinge};
const LOSS_NAMES = Object.keys(LOSSES);

interface Instance {
  readonly name: string;
  readonly loss: string;
  readonly beta: number;
  readonly points: readonly (number | readonly number[])[];
  readonly targets: readonly number[];
  readonly optimum_lower: number;
  readonly optimum_upper: number;
}
const REFERENCE = JSON.parse(readFileSync(new URL('../fixtures/convex_reference.json', import.meta.url), 'utf8')) as {readonly instances: readonly Instance[]};

type Rows = readonly (readonly number[])[];

function inputOf(rows: Rows, targets: readonly number[], loss: string, beta: number, sample: CertifierInput['sample'] = null): CertifierInput {
  const train = {n: rows.length, x: Float64Array.from(rows.flat()), y: Float64Array.from(targets)};
  const test = {n: 0, x: new Float64Array(0), y: new Float64Array(0)};
  const data = {task: 'regression', d: rows[0].length, k: 1, train, test, featureNames: [], targetName: '', classNames: [], notes: []} as const;
  return {data, params: {beta}, loss: LOSSES[loss], sample};
}

function certifierOf(input: CertifierInput, gated = false): Certifier {
  const made = reluCertifier(input, gated);
  if (!made.ok) throw new Error(`${made.error.field} ${made.error.message}`);
  return made.value;
}

/** All rounds until the interval is no wider than the tolerance; each must lie within the one before. */
function close(certifier: Certifier, tolerance = 1e-7): CertifiedInterval {
  let interval = certifier.advance();
  for (let round = 0; round < 100 && interval.improvable && interval.relativeGap > tolerance; round++) {
    const next = certifier.advance();
    expect(next.lower).toBeGreaterThanOrEqual(interval.lower);
    expect(next.upper).toBeLessThanOrEqual(interval.upper);
    interval = next;
  }
  return interval;
}

const optimum = (rows: Rows, targets: readonly number[], loss: string, beta: number): number => {
  const {lower, upper, relativeGap} = close(certifierOf(inputOf(rows, targets, loss, beta)));
  expect(relativeGap).toBeLessThan(1e-5);
  return (lower + upper) / 2;
};

const withConstant = (points: Instance['points']): number[][] => points.map((point) => (typeof point === 'number' ? [point, 1] : [...point, 1]));

function problemOf(seed: number, n: number, loss: string): {readonly rows: number[][]; readonly targets: number[]} {
  const random = randomStream(seed, 'certificate test');
  const rows = Array.from({length: n}, () => [random.normal(), random.normal(), 1]);
  const targets = rows.map(([a, b]) => (loss === 'squared' ? a * b + 0.1 * random.normal() : a * b > 0 ? 1 : -1));
  return {rows, targets};
}

/** J of a network, written out anew. */
function objective(rows: Rows, targets: readonly number[], loss: HostLoss, beta: number, u: Rows, alpha: readonly number[]): number {
  const f = Float64Array.from(rows, (x) => u.reduce((sum, w, j) => sum + alpha[j] * Math.max(0, w.reduce((s, v, c) => s + v * x[c], 0)), 0));
  const y = Float64Array.from(targets);
  return rows.reduce((sum, _, i) => sum + loss.value(f, y, i, 1), 0) + beta * u.reduce((sum, w, j) => sum + Math.abs(alpha[j]) * Math.hypot(...w), 0);
}

describe('the certified optimum', () => {
  it.each(REFERENCE.instances.map((one) => [one.name, one] as const))('%s: meets the solver-verified interval, far narrower than asked', (_, one) => {
    const {lower, upper, relativeGap} = close(certifierOf(inputOf(withConstant(one.points), one.targets, one.loss, one.beta)), 1e-6);
    expect(lower).toBeLessThanOrEqual(one.optimum_upper);
    expect(upper).toBeGreaterThanOrEqual(one.optimum_lower);
    expect(relativeGap).toBeLessThan(2e-6);
  });

  // One sample needs one neuron along x: minimise loss(|x| a) + beta a over a >= 0 by hand.
  it('is right for one sample with squared loss', () => {
    const size = Math.hypot(3, 4, 1);
    const a = (size * 2 - 0.5) / size ** 2;
    expect(optimum([[3, 4, 1]], [2], 'squared', 0.5)).toBeCloseTo((size * a - 2) ** 2 / 2 + 0.5 * a, 6);
  });

  it('is right for one sample with hinge loss', () => expect(optimum([[3, 4, 1]], [-1], 'hinge', 0.5)).toBeCloseTo(0.5 / Math.hypot(3, 4, 1), 6));

  it('is right for one sample with logistic loss', () => {
    const size = Math.hypot(3, 4, 1);
    const a = Math.log(size / 0.5 - 1) / size;
    expect(optimum([[3, 4, 1]], [1], 'logistic', 0.5)).toBeCloseTo(Math.log1p(Math.exp(-size * a)) + 0.5 * a, 6);
  });

  it.each(LOSS_NAMES)('doubles when every sample and beta do (%s)', (loss) => {
    const {rows, targets} = problemOf(3, 9, loss);
    expect(optimum([...rows, ...rows], [...targets, ...targets], loss, 0.4)).toBeCloseTo(2 * optimum(rows, targets, loss, 0.2), 4);
  });

  it.each(LOSS_NAMES)('does not mind a feature that is always zero (%s)', (loss) => {
    const {rows, targets} = problemOf(4, 12, loss);
    const flat = optimum(rows.map(([a]) => [a, 1]), targets, loss, 0.1);
    expect(optimum(rows.map(([a]) => [a, 0, 1]), targets, loss, 0.1)).toBeCloseTo(flat, 4);
  });

  it.each(LOSS_NAMES)('is below every random network (%s)', (loss) => {
    const {rows, targets} = problemOf(5, 15, loss);
    const {lower} = close(certifierOf(inputOf(rows, targets, loss, 0.05)));
    const random = randomStream(6, 'networks');
    for (let trial = 0; trial < 300; trial++) {
      const m = 1 + random.below(6);
      const u = Array.from({length: m}, () => [random.normal(), random.normal(), random.normal()]);
      const alpha = u.map(() => random.normal());
      expect(objective(rows, targets, LOSSES[loss], 0.05, u, alpha)).toBeGreaterThan(lower);
    }
  });

  it.each(LOSS_NAMES)('hands out the network whose J is the upper bound (%s)', (loss) => {
    const {rows, targets} = problemOf(8, 15, loss);
    const certifier = certifierOf(inputOf(rows, targets, loss, 0.05));
    const {upper, neurons} = close(certifier);
    const {shapes, values} = certifier.network();
    const [m] = shapes.u;
    expect(m).toBe(neurons);
    const u = Array.from({length: m}, (_, j) => [...values.subarray(3 * j, 3 * j + 3)]);
    const J = objective(rows, targets, LOSSES[loss], 0.05, u, [...values.subarray(3 * m)]);
    expect(Math.abs(J - upper) / upper).toBeLessThan(1e-5);
  });
});

describe('hard and degenerate data', () => {
  it.each(LOSS_NAMES)('says zero where beta is above what any neuron gains (%s)', (loss) => {
    const {rows, targets} = problemOf(9, 12, loss);
    const interval = close(certifierOf(inputOf(rows, targets, loss, 1000)));
    const atZero = objective(rows, targets, LOSSES[loss], 1, [], []);
    expect(interval.neurons).toBe(0);
    expect(interval.relativeGap).toBeLessThan(1e-14);
    expect(interval.upper).toBeCloseTo(atZero, 10);
  });

  it('is exact for targets that are all zero', () => {
    expect(close(certifierOf(inputOf([[1, 2, 1], [3, 1, 1]], [0, 0], 'squared', 0.1)))).toMatchObject({lower: 0, upper: 0, relativeGap: 0});
  });

  it.each(LOSS_NAMES)('closes on equal targets, equal points and points on a line (%s)', (loss) => {
    const line = Array.from({length: 10}, (_, i) => [i, 2 * i, 1]);
    const cases: readonly (readonly [Rows, readonly number[]])[] = [
      [problemOf(10, 10, loss).rows, new Array<number>(10).fill(1)],
      [[[1, 2, 1], [1, 2, 1], [1, 2, 1]], [1, 1, -1]],
      [line, line.map((_, i) => (i % 3 === 0 ? 1 : -1))],
    ];
    for (const [rows, targets] of cases) expect(close(certifierOf(inputOf(rows, targets, loss, 0.05)), 1e-5).relativeGap).toBeLessThan(1e-4);
  });

  it('says plainly what happens without weight decay, with the number', () => {
    const made = reluCertifier(inputOf([[1, 1], [1, 1], [2, 1]], [0, 1, 5], 'squared', 0), false);
    expect(made).toMatchObject({ok: false, error: {field: 'beta', message: expect.stringContaining('as near to 0.25 as you like')}});
  });

  it('refuses several outputs and losses without a dual', () => {
    const input = inputOf([[1, 1]], [1], 'squared', 1);
    const {dual: _, ...bare} = squared;
    expect(reluCertifier({...input, loss: bare}, false).ok).toBe(false);
    expect(reluCertifier({...input, data: {...input.data, k: 3}}, false).ok).toBe(false);
  });

  it.each(Array.from({length: 24}, (_, i) => i + 1))('closes to 1e-4 on a random problem of any kind (%i)', (seed) => {
    const random = randomStream(seed, 'any kind');
    const loss = LOSS_NAMES[seed % 3];
    const n = 1 + random.below(25);
    const inputs = 1 + random.below(2);
    const beta = 10 ** (-2.5 + 3.5 * random.uniform());
    const rows = Array.from({length: n}, () => [...Array.from({length: inputs}, () => (seed % 2 ? random.normal() : random.below(5))), 1]);
    const targets = rows.map(() => (loss === 'squared' ? 3 * random.normal() : 2 * random.below(2) - 1));
    const {lower, upper, relativeGap} = close(certifierOf(inputOf(rows, targets, loss, beta)), 1e-6);
    expect([lower, upper].every(Number.isFinite)).toBe(true);
    expect(relativeGap).toBeLessThan(1e-4);
  });

  it('moves to another beta from where it is, and finds the same optimum as from scratch', () => {
    const {rows, targets} = problemOf(11, 20, 'squared');
    const first = certifierOf(inputOf(rows, targets, 'squared', 0.3));
    close(first);
    expect(close(first.withBeta?.(0.1) ?? first).upper).toBeCloseTo(close(certifierOf(inputOf(rows, targets, 'squared', 0.1))).upper, 5);
  });
});

describe('exact pricing', () => {
  const {rows, targets} = problemOf(12, 9, 'squared');
  const x = Float64Array.from(rows.flat());
  const cells = arrange(x, 9, 3);
  if (!cells.ok) throw new Error(cells.error.message);
  const z = Float64Array.from(targets, (y) => y + 0.3);

  it('equals the projection on each cone by non-negative least squares over all constraints', () => {
    const {above} = priceCells(cells.value, paddedRows(x, 9, 3), z, 0, false);
    const priced = new Map(above.map(({cell, sign, value}) => [`${cell} ${sign}`, value]));
    for (let p = 0; p < cells.value.count; p++) {
      const on = cells.value.mask.subarray(9 * p, 9 * p + 9);
      for (const sign of [1, -1]) {
        const q = [0, 1, 2].map((c) => sign * rows.reduce((sum, row, i) => sum + on[i] * z[i] * row[c], 0));
        // |Proj_C q| = min over nu >= 0 of |q + sum nu_i e_i x_i|, by coordinate descent.
        const rest = [...q];
        const nu = new Float64Array(9);
        for (let pass = 0; pass < 4000; pass++) {
          for (const [i, row] of rows.entries()) {
            const e = on[i] ? 1 : -1;
            const next = Math.max(0, nu[i] - (e * row.reduce((sum, v, c) => sum + v * rest[c], 0)) / row.reduce((sum, v) => sum + v * v, 0));
            for (const c of [0, 1, 2]) rest[c] += (next - nu[i]) * e * row[c];
            nu[i] = next;
          }
        }
        const expected = Math.hypot(...rest);
        expect(priced.get(`${p} ${sign}`) ?? 0).toBeCloseTo(expected, 5);
      }
    }
  });

  it('is the most that any direction gains, with and without cones', () => {
    const random = randomStream(13, 'directions');
    const {most} = priceCells(cells.value, paddedRows(x, 9, 3), z, Number.POSITIVE_INFINITY, false);
    let best = 0;
    for (let trial = 0; trial < 40_000; trial++) {
      const u = [random.normal(), random.normal(), random.normal()];
      const gain = rows.reduce((sum, row, i) => sum + z[i] * Math.max(0, row.reduce((s, v, c) => s + v * u[c], 0)), 0) / Math.hypot(...u);
      best = Math.max(best, Math.abs(gain));
    }
    expect(best).toBeLessThanOrEqual(most * (1 + 1e-12));
    expect(best).toBeGreaterThan(0.995 * most);
    expect(priceCells(cells.value, paddedRows(x, 9, 3), z, Number.POSITIVE_INFINITY, true).most).toBeGreaterThanOrEqual(most);
  });
});

describe('relatives', () => {
  it.each(LOSS_NAMES)('a gated network can be lower than a rectified one, never higher (%s)', (loss) => {
    const {rows, targets} = problemOf(14, 14, loss);
    const gated = close(certifierOf(inputOf(rows, targets, loss, 0.1), true));
    const rectified = close(certifierOf(inputOf(rows, targets, loss, 0.1)));
    expect(gated.relativeGap).toBeLessThan(1e-5);
    expect(gated.lower).toBeLessThanOrEqual(rectified.upper);
  });

  it('bounds the sampled programme by name, and agrees with the global one when the sample holds every pattern', () => {
    const {rows, targets} = problemOf(15, 6, 'squared');
    // A fourth column that is a copy of the constant: the same functions, penalised less, in four columns.
    const four = rows.map((row) => [...row, 0]);
    const sampled = certifierOf(inputOf(four, targets, 'squared', 0.1, {patterns: 2000, seed: 1}));
    expect(sampled.scope).toBe('sampled programme');
    const interval = close(sampled, 1e-6);
    const global = close(certifierOf(inputOf(rows, targets, 'squared', 0.1)));
    expect(interval.relativeGap).toBeLessThan(1e-5);
    expect(interval.upper).toBeCloseTo(global.upper, 4);
  });

  it('calls nothing global above two inputs', () => {
    const {rows, targets} = problemOf(16, 6, 'squared');
    const made = reluCertifier(inputOf(rows.map((row) => [...row, 2]), targets, 'squared', 0.1), false);
    expect(made).toMatchObject({ok: false, error: {field: 'certificate', message: expect.stringContaining('one or two inputs')}});
  });
});

describe('the check of a proof', () => {
  const {rows, targets} = problemOf(17, 12, 'squared');
  const data: ConeData = {n: 12, d: 3, x: Float64Array.from(rows.flat()), y: Float64Array.from(targets), loss: squared, dual: squared.dual as NonNullable<HostLoss['dual']>, beta: 0.1};
  const cells = arrange(data.x, 12, 3);
  if (!cells.ok) throw new Error(cells.error.message);
  const solved = new ColumnGeneration(data, cells.value, false);
  while (solved.advance().relativeGap > 1e-7);
  const {proof} = solved;
  const refusal = (wrong: Partial<Proof>): string => {
    const checked = checkProof(data, cells.value, false, {...proof, ...wrong}, 1e-6);
    return checked.ok ? 'accepted' : checked.error.field;
  };

  it('accepts the true one', () => expect(refusal({})).toBe('accepted'));
  it('refuses a lower bound that the residual does not prove', () => expect(refusal({lower: proof.lower * 1.001})).toBe('lower'));
  it('refuses an upper bound that the network does not reach', () => expect(refusal({upper: proof.upper * 0.999})).toBe('upper'));
  it('refuses the residual of another problem', () => expect(refusal({residual: proof.residual.map((value, i) => value + (i === 3 ? 0.2 : 0))})).toBe('lower'));
  it('refuses a network with a neuron missing', () => expect(refusal({neurons: proof.neurons.slice(1)})).toBe('upper'));
  it('refuses an honest interval that is too wide', () => {
    const zeros = proof.residual.map(() => 0);
    expect(refusal({residual: zeros, lower: 0})).toBe('claim');
  });
  it('refuses numbers that are none, and residuals of the wrong length', () => {
    expect(refusal({lower: Number.NaN})).toBe('claim');
    expect(refusal({residual: proof.residual.slice(1)})).toBe('residual');
  });
});

describe('thinning', () => {
  const {rows, targets} = problemOf(18, 8, 'squared');
  const data: ConeData = {n: 8, d: 3, x: Float64Array.from(rows.flat()), y: Float64Array.from(targets), loss: squared, dual: squared.dual as NonNullable<HostLoss['dual']>, beta: 0.1};
  const random = randomStream(19, 'thinning');
  const neurons = Array.from({length: 30}, (_, j): Neuron => ({v: Float64Array.from([random.normal(), random.normal(), random.normal()]), sign: j % 2 ? 1 : -1, gate: null}));
  const outputs = (list: readonly Neuron[]): number[] => rows.map((x) => list.reduce((sum, {v, sign}) => sum + sign * Math.max(0, x.reduce((s, value, c) => s + value * v[c], 0)), 0));
  const size = (list: readonly Neuron[]): number => list.reduce((sum, {v}) => sum + Math.hypot(...v), 0);

  it('leaves the fit alone, needs no more neurons than samples, and makes no weight larger in sum', () => {
    const thin = sparsify(data, neurons);
    expect(thin.length).toBeLessThanOrEqual(8);
    const expected = outputs(neurons);
    for (const [i, value] of outputs(thin).entries()) expect(value).toBeCloseTo(expected[i], 8);
    expect(size(thin)).toBeLessThanOrEqual(size(neurons) * (1 + 1e-12));
  });

  it('merges neurons that point the same way, and keeps independent ones as they are', () => {
    const twice = neurons.slice(0, 2).flatMap((one) => [one, {...one, v: one.v.map((value) => 2 * value)}]);
    expect(sparsify(data, twice).length).toBe(2);
    expect(size(sparsify(data, neurons.slice(0, 3)))).toBeCloseTo(size(neurons.slice(0, 3)), 12);
  });
});
