import {describe, expect, it} from 'vitest';
import {type SoftmaxCase, softmaxFileSchema} from '../../src/headless/references/softmaxFile.ts';
import type {HeadChoice} from '../../src/numerics/heads/head.ts';
import {hostHeadOf} from '../../src/numerics/heads/hostHead.ts';
import fixture from '../fixtures/softmax_reference.json';

/** The head whose loss an operation of the reference file is, from the case's parameters. */
const CHOICES: Readonly<Record<string, (params: Readonly<Record<string, unknown>>) => HeadChoice>> = {
  loss_ce: () => ({kind: 'softmax'}),
  loss_stablemax_ce: () => ({kind: 'stablemax'}),
  loss_taylor_ce: () => ({kind: 'taylor'}),
  loss_spherical_ce: ({eps}) => ({kind: 'spherical', epsilon: Number(eps)}),
  loss_zloss: ({a, b}) => ({kind: 'z-loss', a: Number(a), b: Number(b)}),
  loss_ce_plus_logZ2: ({lam}) => ({kind: 'softmax-log-z', lambda: Number(lam)}),
  loss_compsum: ({tau}) => ({kind: 'comp-sum', tau: Number(tau)}),
  loss_mse_onehot: () => ({kind: 'squares'}),
  loss_l2svm: () => ({kind: 'squared-hinge'}),
  loss_crammer_singer: () => ({kind: 'crammer-singer'}),
  head_softmax_absorb: ({mantissa_bits}) => ({kind: 'softmax-bits', bits: Number(mantissa_bits)}),
};

const cases = softmaxFileSchema.parse(fixture).cases.filter(({op}) => Object.hasOwn(CHOICES, op));
const rowsOf = (one: SoftmaxCase): number[][] => one.inputs.z as number[][];
const labelsOf = (one: SoftmaxCase): number[] => one.inputs.y as number[];

/** -ln of a reference file's probabilities of the same logits. */
const PROBABILITIES: Readonly<Record<string, HeadChoice['kind']>> = {log_softmax: 'softmax', log_stablemax: 'stablemax'};

describe('heads on the host', () => {
  it('holds all losses of the file', () => expect(cases.length).toBe(85));

  it.each(cases.map((one) => [one.id, one] as const))('%s', (_, one) => {
    const rows = rowsOf(one);
    const classes = rows[0].length;
    const {loss} = hostHeadOf(CHOICES[one.op](one.params), classes);
    const z = Float64Array.from(rows.flat());
    const expected = (one.outputs.value ?? one.outputs.loss) as number[];
    // The reference file is float64 to within the roundings of its own safe forms.
    for (const [i, value] of expected.entries()) {
      expect(Math.abs(loss(z, i * classes, labelsOf(one)[i]) - value)).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)));
    }
  });

  it.each(Object.entries(PROBABILITIES))('the surprise is minus %s', (op, kind) => {
    for (const one of softmaxFileSchema.parse(fixture).cases.filter((each) => each.op === op)) {
      const z = Float64Array.from(rowsOf(one).flat());
      const classes = rowsOf(one)[0].length;
      const head = hostHeadOf({kind} as HeadChoice, classes);
      for (const [i, row] of (one.outputs.value as number[][]).entries()) {
        for (const [label, value] of row.entries()) expect(head.surprise(z, i * classes, label)).toBeCloseTo(-value, 9);
      }
    }
  });

  it('takes softmax probabilities for losses that have none of their own', () => {
    const z = Float64Array.of(1, -2, 0.5);
    const expected = -Math.log(Math.exp(-2) / (Math.exp(1) + Math.exp(-2) + Math.exp(0.5)));
    const without: readonly HeadChoice[] = [{kind: 'squares'}, {kind: 'squared-hinge'}, {kind: 'crammer-singer'}, {kind: 'z-loss', a: 1, b: null}, {kind: 'softmax-log-z', lambda: 1}, {kind: 'comp-sum', tau: 2}];
    for (const choice of without) expect(hostHeadOf(choice, 3).surprise(z, 0, 1)).toBeCloseTo(expected, 12);
  });

  it('decides by probabilities where scores are even, and by the first of equals', () => {
    const z = Float64Array.of(9, 9, 9, -5, 1, 2);
    expect(hostHeadOf({kind: 'softmax'}, 3).decide(z, 3)).toBe(2);
    expect(hostHeadOf({kind: 'taylor'}, 3).decide(z, 3)).toBe(0);
    expect(hostHeadOf({kind: 'spherical', epsilon: 0.01}, 3).decide(z, 3)).toBe(0);
    expect(hostHeadOf({kind: 'softmax'}, 3).decide(z, 0)).toBe(0);
  });

  it('has a Z-loss that ignores scale and shift', () => {
    const {loss} = hostHeadOf({kind: 'z-loss', a: 1.5, b: null}, 5);
    const z = Float64Array.of(3, -20, 11, 7, 40);
    for (const [scale, shift] of [[4, 0], [1, 300], [0.5, -7]]) {
      for (const label of [0, 2, 4]) expect(loss(z.map((value) => scale * value + shift), 0, label)).toBeCloseTo(loss(z, 0, label), 5);
    }
  });

  it('asks of the Z-loss the largest standardised logit where no offset is given', () => {
    const z = Float64Array.of(3, 0, 0, 0);
    // One class ahead of equals stands sqrt(C - 1) standard deviations above the mean: softplus(0).
    expect(hostHeadOf({kind: 'z-loss', a: 1, b: null}, 4).loss(z, 0, 0)).toBeCloseTo(Math.log(2), 6);
  });
});
