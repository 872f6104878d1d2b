import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import {applies, defaultsOf, type NumberParam, type ParamSpec, type ParamSpecs, schemaOf} from '../../src/core/params.ts';

const specs: ParamSpecs = {
  rate: {kind: 'number', label: 'rate', help: 'Speed.', default: 0.1, min: 0.001, max: 10, scale: 'log'},
  count: {kind: 'number', label: 'count', help: 'How many.', default: 3, min: 0, max: 9, integer: true, scale: 'linear'},
  mode: {kind: 'choice', label: 'mode', help: 'Which.', default: 'a', options: [{value: 'a', label: 'A'}, {value: 'b', label: 'B'}]},
  on: {kind: 'flag', label: 'on', help: 'Whether.', default: true, when: {param: 'mode', is: ['b']}},
  table: {kind: 'table', label: 'table', help: 'Rows.', default: [[1, 2]], maxRows: 3, maxColumns: 2},
  list: {kind: 'list', label: 'list', help: 'Values.', default: [], maxRows: 2},
};

const parse = (given: unknown) => schemaOf(specs).safeParse(given);

function messageOf(given: unknown): string {
  const parsed = parse(given);
  if (parsed.success) throw new Error('was accepted');
  return parsed.error.issues[0].message;
}

describe('schemaOf', () => {
  it('fills in defaults', () => {
    const defaults = {rate: 0.1, count: 3, mode: 'a', on: true, table: [[1, 2]], list: []};
    expect(defaultsOf(specs)).toEqual(defaults);
    expect(parse({}).data).toEqual(defaults);
    expect(parse({mode: 'b', count: 0}).data).toEqual({...defaults, mode: 'b', count: 0});
  });

  it('keeps what it is given', () => {
    const given = {rate: 10, count: 9, mode: 'b', on: false, table: [[-1.5], [], [1e9, 0]], list: [3, -4]};
    expect(parse(given).data).toEqual(given);
  });

  it('takes exactly the numbers in range, and says which those are', () => {
    const once = fc.property(fc.oneof(fc.double(), fc.double({min: -1, max: 12}), fc.integer({min: -2, max: 12})), (value) => {
      expect(parse({rate: value}).success).toBe(value >= 0.001 && value <= 10);
      expect(parse({count: value}).success).toBe(Number.isInteger(value) && value >= 0 && value <= 9);
    });
    fc.assert(once, {seed: 1, numRuns: 300});
    for (const bad of [0, 11, Number.NaN, Number.POSITIVE_INFINITY, '1', null, [], {}]) {
      expect(messageOf({rate: bad})).toBe('must be a number from 0.001 to 10');
    }
    for (const bad of [-1, 10, 1.5, true, '3']) expect(messageOf({count: bad})).toBe('must be a number from 0 to 9, without decimals');
  });

  it('refuses other kinds with a word on what is allowed', () => {
    for (const bad of ['c', '', 1, null, 'toString']) expect(messageOf({mode: bad})).toBe('must be one of "a", "b"');
    for (const bad of [0, 'true', null]) expect(messageOf({on: bad})).toBe('must be true or false');
    expect(messageOf({table: 5})).toBe('must be a list of rows');
    expect(messageOf({table: [1]})).toBe('must be a list of numbers');
    expect(messageOf({table: [[1, '2']]})).toBe('must be a finite number');
    expect(messageOf({table: [[1, 2, 3]]})).toContain('at most 2 columns');
    expect(messageOf({table: [[], [], [], []]})).toContain('at most 3 rows');
    expect(messageOf({list: {}})).toBe('must be a list of numbers');
    expect(messageOf({list: [Number.POSITIVE_INFINITY]})).toBe('must be a finite number');
    expect(messageOf({list: [1, 2, 3]})).toContain('at most 2 entries');
    for (const bad of [null, 1, 'x', [], true]) expect(messageOf(bad)).toBe('must be an object of parameters');
  });

  it('refuses names it does not know, prototype names among them', () => {
    for (const name of ['rates', 'constructor', '__proto__', 'toString']) {
      const given: unknown = JSON.parse(`{"${name}": 1}`);
      const parsed = parse(given);
      expect(parsed.success).toBe(false);
      expect(parsed.error?.issues[0]).toMatchObject({code: 'unrecognized_keys', keys: [name]});
    }
  });
});

it('applies: a parameter is in force unless another one rules it out', () => {
  const values = defaultsOf(specs);
  expect(applies(specs.on, values)).toBe(false);
  expect(applies(specs.on, {...values, mode: 'b'})).toBe(true);
  expect(applies(specs.rate, values)).toBe(true);
});

/* ---- every parameter of every plugin ---- */

const groups: readonly (readonly [string, ParamSpecs])[] = [
  ...Object.values(CATALOGUE.datasets).map((spec) => [`data set ${spec.id}`, spec.params] as const),
  ...Object.values(CATALOGUE.solvers).map((spec) => [`solver ${spec.id}`, spec.params] as const),
  ...Object.values(CATALOGUE.problems).flatMap((spec) => [[`problem ${spec.id}`, spec.params] as const, [`model of ${spec.id}`, spec.model] as const]),
];

function expectSoundNumber(spec: NumberParam): void {
  expect(spec.min).toBeLessThan(spec.max);
  // A logarithmic slider starts at 0 or at a positive number.
  if (spec.scale === 'log') expect(spec.min).toBeGreaterThanOrEqual(0);
  if (spec.integer) expect([spec.min, spec.max, spec.default].every(Number.isInteger)).toBe(true);
  if (spec.step !== undefined) expect(spec.step).toBeGreaterThan(0);
}

function expectSound(key: string, spec: ParamSpec, group: ParamSpecs): void {
  expect(key).toMatch(/^[a-z][A-Za-z0-9]*$/);
  expect(spec.label).toMatch(/\S/);
  expect(spec.help, key).toMatch(/^[A-Z0-9].*\.$/);
  if (spec.kind === 'number') expectSoundNumber(spec);
  if (spec.kind === 'choice') expect(new Set(spec.options.map((option) => option.value)).size).toBe(spec.options.length);
  if (!spec.when) return;
  // A condition must be one that can come true.
  const other = group[spec.when.param];
  expect(other, `${key} depends on ${spec.when.param}`).toBeDefined();
  for (const value of spec.when.is) expect(schemaOf({other}).safeParse({other: value}).success).toBe(true);
}

describe.each(groups)('%s', (_, group) => {
  it('has sound parameters whose defaults are valid', () => {
    expect(schemaOf(group).parse({})).toEqual(defaultsOf(group));
    expect(schemaOf(group).parse(defaultsOf(group))).toEqual(defaultsOf(group));
    for (const [key, spec] of Object.entries(group)) expectSound(key, spec, group);
  });
});
