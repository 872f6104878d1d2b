import {describe, expect, it} from 'vitest';
import {applies, defaultsOf, schemaOf} from '../../src/core/params.ts';
import type {Reading} from '../../src/numerics/transformer/layout.ts';
import {FREE_NAMES, isFree, memoryOf, networkOf, variablesOf} from '../../src/numerics/transformer/network.ts';
import {transformer} from '../../src/problems/transformer/spec.ts';

const spec = transformer([]);
const modelOf = (changes: Readonly<Record<string, string | number>>) => schemaOf(spec.model).parse(changes);
const READING: Reading = {kind: 'sequence', length: 6, width: 5, columns: new Int32Array(0), outputs: 5};
const variables = (changes: Readonly<Record<string, string | number>>): string =>
  variablesOf(networkOf(modelOf({depth: 1, width: 16, ...changes})), READING).map(({name, shape}) => `${name} ${shape.join('x')}`).join(', ');

describe('the transformer', () => {
  it('has valid defaults, and parameters that apply only where their kind is chosen', () => {
    expect(schemaOf(spec.model).parse({})).toEqual(defaultsOf(spec.model));
    expect(spec.checkModel?.(defaultsOf(spec.model))).toBeNull();
    for (const param of Object.values(spec.model)) if (param.when) expect(spec.model).toHaveProperty(param.when.param);
    const shown = (changes: Readonly<Record<string, string | number>>): string[] =>
      ['norm', 'residualStep', 'temperature', 'temperatureForm', 'softNorm', 'landmarks', 'tau'].filter((name) => applies(spec.model[name], modelOf(changes)));
    expect(shown({})).toEqual(['norm', 'residualStep', 'temperature']);
    expect(shown({placement: 'none', step: 'root', attention: 'selective', head: 'comp-sum'})).toEqual(['temperatureForm', 'tau']);
    expect(shown({attention: 'nystrom'})).toContain('landmarks');
    expect(shown({attention: 'soft'})).toContain('softNorm');
  });

  it('says which widths and heads go together', () => {
    expect(spec.checkModel?.(modelOf({width: 18}))).toEqual({field: 'width', message: expect.stringContaining('multiple of 4')});
    expect(spec.checkModel?.(modelOf({width: 20, heads: 8}))).toEqual({field: 'heads', message: expect.stringContaining('do not divide the width 20')});
    expect(spec.checkModel?.(modelOf({width: 20, heads: 5}))).toBeNull();
  });

  it('reads classes and sequences, and says why not the rest', () => {
    const refusal = (task: 'binary' | 'multiclass' | 'sequence' | 'regression' | 'retrieval') => spec.refuses({task, params: defaultsOf(spec.params), losses: {}});
    for (const task of ['binary', 'multiclass', 'sequence'] as const) expect(refusal(task)).toBeNull();
    for (const task of ['regression', 'retrieval'] as const) expect(refusal(task)).toMatch(/pick/);
  });

  it('has its variables in the order that snapshots are read in', () => {
    const ends = 'gain 16, shift 16, unembed 16x5';
    expect(variables({})).toBe(
      `embed 5x16, place 6x16, q0 16x16, k0 16x16, v0 16x16, out0 16x16, gainA0 16, shiftA0 16, up0 16x32, down0 32x16, gainM0 16, shiftM0 16, ${ends}`,
    );
    expect(variables({placement: 'peri', attention: 'selective', mlpRatio: 3})).toBe(
      `embed 5x16, place 6x16, q0 16x16, k0 16x16, v0 16x16, gate0 16x1, alpha0 1, out0 16x16, gainA0 16, shiftA0 16, outerGainA0 16, outerShiftA0 16, up0 16x48, down0 48x16, gainM0 16, shiftM0 16, outerGainM0 16, outerShiftM0 16, ${ends}`,
    );
    expect(variables({placement: 'post', norm: 'rms', attention: 'soft'})).toBe(
      'embed 5x16, place 6x16, q0 16x16, v0 16x16, out0 16x16, gainA0 16, up0 16x32, down0 32x16, gainM0 16, unembed 16x5',
    );
    expect(variables({placement: 'none'})).not.toMatch(/gain|shift/);
  });

  it('frees gains, shifts and alpha of decay, whatever the layer', () => {
    const names = variablesOf(networkOf(modelOf({depth: 24, placement: 'peri', attention: 'selective'})), READING).map(({name}) => name);
    expect(names.filter(isFree)).toEqual(names.filter((name) => /gain|shift|alpha/i.test(name)));
    expect(FREE_NAMES).toEqual(expect.arrayContaining(names.filter(isFree)));
  });

  it('knows its memory: twelve activations, the hidden units twice and three maps a layer, four bytes a number', () => {
    const network = networkOf(modelOf({depth: 3, width: 16, heads: 2, mlpRatio: 2}));
    expect(memoryOf(network, READING, 10)).toBe(4 * 3 * (10 * 6 * (12 * 16 + 2 * 32) + 3 * 10 * 2 * 36));
  });
});
