import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {compareSoftmax} from '../../src/headless/references/softmax.ts';
import type {Comparison} from '../../src/headless/references/types.ts';

interface File {
  readonly meta: object;
  cases: {id: string; op: string; outputs: Record<string, unknown>; grads?: Record<string, unknown>}[];
}

const file = (): File => JSON.parse(readFileSync(new URL('../fixtures/softmax_reference.json', import.meta.url), 'utf8'));

async function linesOf(content: unknown): Promise<readonly Comparison[]> {
  const lines = compareSoftmax(content, () => 0);
  if (!lines.ok) throw new Error(`${lines.error.field} ${lines.error.message}`);
  const all: Comparison[] = [];
  for await (const line of lines.value) all.push(line);
  return all;
}

const only = (...ids: readonly string[]): File => {
  const content = file();
  content.cases = content.cases.filter(({id}) => ids.includes(id));
  return content;
};

describe('the softmax reference', () => {
  it('passes on the host, CPU and WASM; what is not written is neither passed nor failed', async () => {
    const lines = await linesOf(file());
    const of = (ending: string): number => lines.filter(({name, ok}) => ok === true && name.endsWith(ending)).length;
    expect(lines.filter(({ok}) => ok === false)).toEqual([]);
    expect([of('host'), of(', cpu'), of(', wasm')]).toEqual([27, 181, 181]);
    expect(lines.filter(({ok}) => ok === null).map(({name, status}) => [name, status])).toEqual(
      ['fenchel_B/random', 'adversarial/ibp_fgsm'].map((name) => [name, 'not implemented']),
    );
  });

  it('fails where a value or a gradient is wrong, and says which', async () => {
    const content = only('softmax/T1.0/random', 'loss_ce/random');
    const wrong = (value: unknown): unknown => [[0.5, 0.5, 0, 0, 0], ...(value as unknown[]).slice(1)];
    content.cases[0].outputs.value = wrong(content.cases[0].outputs.value);
    content.cases[1].grads = {z: wrong(content.cases[1].grads?.z)};
    const lines = await linesOf(content);
    expect(lines.every(({ok}) => ok === false)).toBe(true);
    expect(lines.find(({name}) => name === 'softmax/T1.0/random, wasm')?.message).toBe('value differs');
    expect(lines.find(({name}) => name === 'loss_ce/random, cpu')?.message).toBe('d_z, d_z by slope differ');
  });

  it('refuses a file with an operation that is not known, or without cases', () => {
    const content = only('softmax/T1.0/random');
    content.cases[0].op = 'hardmax';
    expect(compareSoftmax(content, () => 0)).toMatchObject({ok: false, error: {field: 'cases', message: expect.stringContaining('hardmax')}});
    expect(compareSoftmax({meta: {}, cases: []}, () => 0)).toMatchObject({ok: false});
  });
});
