import {describe, expect, it} from 'vitest';
import type {GenerateDataset, RawTable} from '../../src/core/data.ts';
import {type ParamValues, schemaOf} from '../../src/core/params.ts';
import {randomStream} from '../../src/core/random.ts';
import blobsTable from '../../src/datasets/blobs/dataset.ts';
import {blobs} from '../../src/datasets/blobs/spec.ts';
import modularTable from '../../src/datasets/modular-addition/dataset.ts';
import {modularAddition} from '../../src/datasets/modular-addition/spec.ts';
import spiralTable from '../../src/datasets/spiral/dataset.ts';
import {spiral} from '../../src/datasets/spiral/spec.ts';
import {prepareData, taskOfTable} from '../../src/numerics/prepareData.ts';

async function tableOf(spec: typeof blobs | typeof spiral | typeof modularAddition, generate: GenerateDataset, changes: ParamValues = {}): Promise<RawTable> {
  const table = await generate(schemaOf(spec.params).parse(changes), () => Promise.reject(new Error('reads nothing')));
  if (!table.ok) throw new Error(table.error.message);
  return table.value;
}

/** Points as they were before arms and label noise could be chosen: place(class, uniform) + noise * normal, from two streams. */
function formerPoints(id: string, classes: number, noise: number, place: (c: number, uniform: () => number) => readonly [number, number]): number[] {
  const [points, shifts] = [randomStream(5, 'dataset', id), randomStream(5, 'dataset', id, 'noise')];
  return Array.from({length: 60}, (_, i) => place(i % classes, points.uniform).map((x) => x + noise * shifts.normal())).flat();
}

describe('modular addition', () => {
  it('holds every pair once, with the sum modulo p', async () => {
    const table = await tableOf(modularAddition, modularTable, {p: 7});
    expect([table.n, table.d, table.classNames.length]).toEqual([49, 14, 7]);
    const pairs = new Set<string>();
    for (let row = 0; row < 49; row++) {
      const ones = Array.from(table.features.subarray(14 * row, 14 * (row + 1))).flatMap((value, j) => (value === 1 ? [j] : []));
      expect(ones.length).toBe(2);
      const [a, b] = [ones[0], ones[1] - 7];
      expect(table.targets[row]).toBe((a + b) % 7);
      pairs.add(`${a},${b}`);
    }
    expect(pairs.size).toBe(49);
    expect(table.features.reduce((sum, value) => sum + value, 0)).toBe(98);
  });

  it('is split by its seed into 80 and 20 percent', async () => {
    const table = await tableOf(modularAddition, modularTable);
    const of = (seed: number) => prepareData(table, {seed, trainFraction: 0.8, standardise: false});
    const [one, two] = [of(1), of(2)];
    if (!one.ok || !two.ok) throw new Error('refused');
    expect([one.value.train.n, one.value.test.n, one.value.d, one.value.k]).toEqual([423, 106, 47, 23]);
    expect(one.value.train.x).not.toEqual(two.value.train.x);
  });
});

describe('spirals', () => {
  it('lie on their arms', async () => {
    for (const arms of [3, 4, 5]) {
      const table = await tableOf(spiral, spiralTable, {arms, n: 120, noise: 0, turns: 0.75});
      expect(taskOfTable(table)).toBe('multiclass');
      expect(spiral.task({arms})).toBe('multiclass');
      for (let i = 0; i < table.n; i++) {
        const [x1, x2] = table.features.subarray(2 * i, 2 * i + 2);
        const angle = 2 * Math.PI * (0.75 * Math.hypot(x1, x2) + table.targets[i] / arms);
        expect(Math.cos(angle - Math.atan2(x2, x1))).toBeCloseTo(1, 10);
      }
    }
  });

  it('are what they were where there are two', async () => {
    const table = await tableOf(spiral, spiralTable, {n: 60, seed: 5});
    const expected = formerPoints('spiral', 2, 0.03, (c, uniform) => {
      const radius = 0.1 + (1 - 0.1) * uniform();
      const side = c === 1 ? radius : -radius;
      const angle = 2 * Math.PI * 1.25 * radius;
      return [side * Math.cos(angle), side * Math.sin(angle)];
    });
    expect(Array.from(table.features)).toEqual(expected);
    expect(table.classNames).toEqual(['first arm', 'second arm']);
    expect(taskOfTable(table)).toBe(spiral.task(schemaOf(spiral.params).parse({})));
  });

  it('need a point each', () => {
    expect(spiral.check({n: 4, arms: 5})?.field).toBe('n');
    expect(spiral.check({n: 5, arms: 5})).toBeNull();
  });
});

describe('label noise of blobs', () => {
  it('changes nothing where there is none', async () => {
    const table = await tableOf(blobs, blobsTable, {n: 60, seed: 5});
    const expected = formerPoints('blobs', 3, 0.2, (c) => [0.7 * Math.cos((2 * Math.PI * c) / 3), 0.7 * Math.sin((2 * Math.PI * c) / 3)]);
    expect(Array.from(table.features)).toEqual(expected);
    expect(table).not.toHaveProperty('trainTargets');
  });

  it('draws the share anew from all classes, and leaves points and true labels', async () => {
    const clean = await tableOf(blobs, blobsTable, {n: 2000, classes: 6});
    const noisy = await tableOf(blobs, blobsTable, {n: 2000, classes: 6, labelNoise: 0.4});
    expect({...noisy, trainTargets: undefined}).toEqual({...clean, trainTargets: undefined});
    const told = noisy.trainTargets ?? new Float64Array();
    const wrong = told.reduce((count, label, i) => count + Number(label !== clean.targets[i]), 0);
    // One redrawn label in six is right by chance: 0.4 * 5/6 of 2000, standard deviation 21.
    expect(Math.abs(wrong - 667)).toBeLessThan(70);
    for (let c = 0; c < 6; c++) expect(told.filter((label) => label === c).length).toBeGreaterThan(270);
  });

  it('redraws the same labels and more as it grows', async () => {
    const [less, more] = await Promise.all([0.2, 0.5].map(async (labelNoise) => (await tableOf(blobs, blobsTable, {n: 400, classes: 6, labelNoise})).trainTargets));
    const truth = (await tableOf(blobs, blobsTable, {n: 400, classes: 6})).targets;
    less?.forEach((label, i) => {
      if (label !== truth[i]) expect(more?.[i]).toBe(label);
    });
  });

  it('spares the test set', async () => {
    const table = await tableOf(blobs, blobsTable, {n: 300, classes: 6, noise: 0, labelNoise: 0.9});
    const data = prepareData(table, {seed: 1, trainFraction: 0.5, standardise: false});
    if (!data.ok) throw new Error(data.error.message);
    const rightOf = ({n, x, y}: typeof data.value.train): number => {
      let right = 0;
      for (let i = 0; i < n; i++) {
        const angle = (Math.atan2(x[3 * i + 1], x[3 * i]) / (2 * Math.PI) + 1) % 1;
        right += y[6 * i + (Math.round(6 * angle) % 6)];
      }
      return right / n;
    };
    expect(rightOf(data.value.test)).toBe(1);
    expect(rightOf(data.value.train)).toBeLessThan(0.4);
  });
});
