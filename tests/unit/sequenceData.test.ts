import {describe, expect, it} from 'vitest';
import type {GenerateDataset, PreparedData, RawTable} from '../../src/core/data.ts';
import {type ParamValues, schemaOf} from '../../src/core/params.ts';
import type {DatasetSpec} from '../../src/core/plugin.ts';
import generateClock from '../../src/datasets/clock-grammar/dataset.ts';
import {clockGrammar} from '../../src/datasets/clock-grammar/spec.ts';
import generateText from '../../src/datasets/text/dataset.ts';
import {text} from '../../src/datasets/text/spec.ts';
import {VILLAGE} from '../../src/datasets/text/village.ts';
import {prepareData} from '../../src/numerics/prepareData.ts';
import {summaryOf} from '../../src/numerics/scatter.ts';

const noFiles = (): Promise<string> => Promise.reject(new Error('no files here'));

async function tableOf(spec: DatasetSpec, generate: GenerateDataset, changes: ParamValues = {}): Promise<RawTable> {
  const table = await generate(schemaOf(spec.params).parse(changes), noFiles);
  if (!table.ok) throw new Error(table.error.message);
  return table.value;
}
const clock = (changes?: ParamValues) => tableOf(clockGrammar, generateClock, changes);
const windows = (changes?: ParamValues) => tableOf(text, generateText, changes);

function prepared(table: RawTable, seed = 1): PreparedData {
  const data = prepareData(table, {seed, trainFraction: 0.8, standardise: false});
  if (!data.ok) throw new Error(data.error.message);
  return data.value;
}

const row = (values: Float64Array, i: number, length: number): number[] => [...values.subarray(i * length, (i + 1) * length)];
const spelled = (table: RawTable, indices: readonly number[]): string =>
  indices.map((index) => (table.tokens?.vocabulary[index] ?? '?').replace('␣', ' ').replace('↵', '\n')).join('');

describe('clock grammar', () => {
  it.each([[8, 8], [12, 16], [5, 128]])('has every start and step of %i hours once, %i tokens long', async (vocabulary, length) => {
    const table = await clock({vocabulary, length});
    expect([table.n, table.d]).toEqual([vocabulary ** 2, length]);
    const seen = new Set<string>();
    for (let i = 0; i < table.n; i++) {
      const [x, y] = [row(table.features, i, length), row(table.targets, i, length)];
      const step = (x[1] - x[0] + vocabulary) % vocabulary;
      for (let t = 1; t < length; t++) expect(x[t]).toBe((x[t - 1] + step) % vocabulary);
      expect(y[0]).toBe(-1);
      for (let t = 1; t < length; t++) expect(y[t]).toBe((x[t] + step) % vocabulary);
      seen.add(`${x[0]} ${step}`);
    }
    expect(seen.size).toBe(vocabulary ** 2);
  });

  it('is split by its seed, without rows in both parts, and keeps -1 where nothing is scored', async () => {
    const table = await clock();
    const [one, two] = [prepared(table), prepared(table, 2)];
    expect([one.train.n, one.test.n, one.k, one.task]).toEqual([51, 13, 8, 'sequence']);
    const rows = (part: PreparedData['train']): string[] => Array.from({length: part.n}, (_, i) => row(part.x, i, one.d).join(' '));
    expect(new Set([...rows(one.train), ...rows(one.test)]).size).toBe(64);
    expect(rows(one.train)).not.toEqual(rows(two.train));
    for (let i = 0; i < one.test.n; i++) expect(one.test.y[8 * i]).toBe(-1);
    expect(summaryOf(one).examples[0].split(' ').length).toBe(8);
  });
});

describe('text', () => {
  it('is a few pages of few characters', () => {
    expect(VILLAGE.length).toBeGreaterThan(3000);
    expect(VILLAGE.length).toBeLessThan(4500);
    expect(VILLAGE).toMatch(/^[a-z ,.\n]+$/);
  });

  it('cuts windows of the text whose targets are the next characters', async () => {
    const table = await windows();
    expect(table.tokens?.vocabulary.length).toBe(new Set(VILLAGE).size);
    expect(table.n).toBe(Math.floor((VILLAGE.length - 33) / 32) + 1);
    for (const i of [0, 1, table.n - 1]) {
      expect(spelled(table, row(table.features, i, 32))).toBe(VILLAGE.slice(32 * i, 32 * i + 32));
      expect(spelled(table, row(table.targets, i, 32))).toBe(VILLAGE.slice(32 * i + 1, 32 * i + 33));
    }
    expect(table.notes).toEqual([]);
  });

  it('says so where windows overlap, and stays below six hundred of them', async () => {
    const table = await windows({length: 8, stride: 8});
    expect(table.notes).toEqual([]);
    const dense = await windows({length: 64, stride: 8});
    expect(dense.notes[0]).toMatch(/overlap/);
    expect(Math.max(table.n, dense.n)).toBeLessThanOrEqual(600);
    expect(spelled(dense, row(dense.features, 3, 64))).toBe(VILLAGE.slice(24, 88));
  });
});
