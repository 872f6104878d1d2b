import {readFile as readFromDisk} from 'node:fs/promises';
import {describe, expect, it} from 'vitest';
import type {GenerateDataset, RawTable, ReadDataFile} from '../../src/core/data.ts';
import {defaultsOf, type ParamValues, schemaOf} from '../../src/core/params.ts';
import type {DatasetSpec} from '../../src/core/plugin.ts';
import {DATASETS} from '../../src/datasets/registry.ts';
import {csvTable, fileTable} from '../../src/numerics/csvTable.ts';
import {taskOfTable} from '../../src/numerics/prepareData.ts';

const modules = import.meta.glob<{default: GenerateDataset}>('../../src/datasets/*/dataset.ts');
const specs = import.meta.glob<Record<string, unknown>>('../../src/datasets/*/spec.ts', {eager: true});
const readFile: ReadDataFile = (name) => readFromDisk(new URL(`../../public/data/${name}`, import.meta.url), 'utf8');

const specOf = (id: string): DatasetSpec => {
  const spec = DATASETS.find((one) => one.id === id);
  if (!spec) throw new Error(`no data set ${id}`);
  return spec;
};

async function tableOf(id: string, changes: ParamValues = {}): Promise<RawTable> {
  const spec = specOf(id);
  const params = schemaOf(spec.params).parse(changes);
  expect(spec.check?.(params) ?? null).toBeNull();
  const {default: generate} = await modules[`../../src/datasets/${id}/dataset.ts`]();
  const table = await generate(params, readFile);
  if (!table.ok) throw new Error(`${table.error.field} ${table.error.message}`);
  return table.value;
}

/** Samples of each class; nothing for a regression. */
function countsOf(table: RawTable): number[] {
  if (table.kind === 'regression') return [];
  const counts = table.classNames.map(() => 0);
  for (const target of table.targets) counts[target]++;
  return counts;
}

const faultOf = (id: string, params: ParamValues) => {
  const spec = specOf(id);
  return spec.check?.({...defaultsOf(spec.params), ...params}) ?? null;
};

describe('registry', () => {
  it('lists the ids that links use, each once', () => {
    expect(DATASETS.map((spec) => spec.id).join(' ')).toBe(
      'xor circles moons spiral blobs sine step iris wine breast-cancer penguins diabetes digits modular-addition clock-grammar text least-squares-instances needle surface-functions inline',
    );
  });

  it('has a folder for every entry and an entry for every folder, under the id', () => {
    expect(Object.keys(modules).sort()).toEqual(DATASETS.map((spec) => `../../src/datasets/${spec.id}/dataset.ts`).sort());
    for (const spec of DATASETS) expect(Object.values(specs[`../../src/datasets/${spec.id}/spec.ts`])).toContain(spec);
  });
});

describe.each(DATASETS.map((spec) => [spec.id, spec] as const))('%s', (id, spec) => {
  it('has valid defaults, common parameters and words', () => {
    expect(schemaOf(spec.params).parse({})).toEqual(defaultsOf(spec.params));
    expect(spec.check?.(defaultsOf(spec.params)) ?? null).toBeNull();
    // A function has no test set.
    const isFunction = spec.task(defaultsOf(spec.params)) === 'surface';
    for (const name of isFunction ? ['seed'] : ['seed', 'trainFraction']) expect(spec.params).toHaveProperty(name);
    // Tokens are no quantities that could be scaled, and columns of sets are not alike.
    const asIs = ['sequence', 'retrieval', 'surface'].includes(spec.task(defaultsOf(spec.params)));
    expect(defaultsOf(spec.params).standardise).toBe(asIs ? undefined : spec.family === 'real');
    expect(spec.summary).toMatch(/\.$/);
    expect(Boolean(spec.licence)).toBe(spec.family === 'real');
    for (const param of Object.values(spec.params)) {
      if (param.when) expect(spec.params).toHaveProperty(param.when.param);
      if (param.kind === 'choice') expect(param.options.map((option) => option.value)).toContain(param.default);
    }
  });

  it('is a consistent table of finite numbers that poses the task announced', async () => {
    const table = await tableOf(id);
    expect(table.features.length).toBe(table.n * table.d);
    expect(table.targets.length).toBe(table.n * (table.tokens?.length ?? table.retrieval?.valueWidth ?? 1));
    expect(table.featureNames.length).toBe(table.d);
    expect([...table.features, ...table.targets].every(Number.isFinite)).toBe(true);
    expect(taskOfTable(table)).toBe(spec.task(defaultsOf(spec.params)));
    if (table.kind === 'classification') expect(countsOf(table).every((count) => count > 0)).toBe(true);
  });

  it('is a function of its parameters', async () => {
    // Millions of numbers take long to compare.
    const few = id === 'needle' ? {n: 60} : {};
    expect(await tableOf(id, few)).toEqual(await tableOf(id, few));
    const other = await tableOf(id, {...few, seed: 2});
    // Modular addition and the clock are always whole tables, their seed decides the split alone; a function has no noise by default.
    if (spec.family === 'generated' && !['modular-addition', 'clock-grammar', 'surface-functions'].includes(id)) expect(other.features).not.toEqual((await tableOf(id, few)).features);
    else expect(other).toEqual(await tableOf(id));
  });
});

describe('generated data', () => {
  const noiseless = (id: string, changes: ParamValues = {}) => tableOf(id, {n: 300, noise: 0, ...changes});
  const points = (table: RawTable) =>
    Array.from({length: table.n}, (_, i) => ({x1: table.features[2 * i], x2: table.features[2 * i + 1], c: table.targets[i]}));

  it('follows its formulas without noise', async () => {
    for (const {x1, x2, c} of points(await noiseless('xor'))) expect(x1 * x2 > 0).toBe(c === 1);
    for (const {x1, x2, c} of points(await noiseless('circles'))) expect(Math.hypot(x1, x2)).toBeCloseTo(c === 1 ? 0.5 : 1, 12);
    for (const {x1, x2, c} of points(await noiseless('moons'))) {
      const side = c === 1 ? 1 : -1;
      expect(Math.hypot(side * x1 + 0.5, side * x2 + 0.25)).toBeCloseTo(1, 12);
      expect(side * x2).toBeGreaterThanOrEqual(-0.25);
    }
    for (const {x1, x2, c} of points(await noiseless('spiral', {turns: 2}))) {
      const angle = 4 * Math.PI * Math.hypot(x1, x2) + (c === 1 ? 0 : Math.PI);
      expect(Math.cos(angle - Math.atan2(x2, x1))).toBeCloseTo(1, 10);
    }
    const sine = await noiseless('sine');
    for (let i = 0; i < sine.n; i++) expect(sine.targets[i]).toBeCloseTo(Math.sin(Math.PI * sine.features[i]), 14);
    const step = await noiseless('step');
    for (let i = 0; i < step.n; i++) expect(step.targets[i]).toBe(step.features[i] < 0 ? -1 : 1);
  });

  it('has classes of equal size and coordinates near [-1, 1]', async () => {
    for (const id of ['xor', 'circles', 'moons', 'spiral', 'blobs']) {
      const table = await tableOf(id, {n: 301});
      const counts = countsOf(table);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      expect(Math.max(...table.features.map(Math.abs))).toBeLessThan(2);
      expect(Math.max(...table.features.map(Math.abs))).toBeGreaterThan(0.7);
    }
  });

  it('keeps the points when noise or size change', async () => {
    const calm = await noiseless('moons');
    const noisy = await noiseless('moons', {noise: 0.2});
    const shifts = noisy.features.map((x, i) => (x - calm.features[i]) / 0.2);
    expect(Math.sqrt(shifts.reduce((sum, z) => sum + z * z, 0) / shifts.length)).toBeCloseTo(1, 0);
    expect((await noiseless('moons', {n: 400})).features.slice(0, 600)).toEqual(calm.features);
  });

  it('draws independent points for two data sets with one seed', async () => {
    expect((await tableOf('sine')).features).not.toEqual((await tableOf('step')).features);
  });

  it('makes blobs binary for two classes and refuses fewer points than clouds', async () => {
    for (const classes of [2, 3, 4, 5]) {
      const table = await tableOf('blobs', {classes});
      expect(table.classNames.length).toBe(classes);
      expect(specOf('blobs').task({classes})).toBe(classes === 2 ? 'binary' : 'multiclass');
    }
    expect(faultOf('blobs', {n: 4, classes: 5})?.field).toBe('n');
    expect(faultOf('blobs', {n: 5, classes: 5})).toBeNull();
  });
});

describe('real data', () => {
  it.each([
    ['iris', {}, 150, 4, [50, 50, 50]],
    ['iris', {classes: 'two'}, 100, 4, [50, 50]],
    ['wine', {}, 178, 13, [59, 71, 48]],
    ['wine', {classes: 'two', classA: '2', classB: '0'}, 107, 13, [48, 59]],
    ['breast-cancer', {}, 569, 30, [212, 357]],
    ['penguins', {}, 342, 4, [151, 68, 123]],
    ['diabetes', {}, 442, 10, []],
    ['digits', {}, 1797, 64, [178 + 177 + 181 + 181 + 174, 182 + 183 + 182 + 179 + 180]],
    ['digits', {classes: 'all'}, 1797, 64, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]],
    ['digits', {classes: 'two', classA: '7', classB: '1'}, 361, 64, [179, 182]],
  ])('%s %o has %i rows of %i features', async (id, params, n, d, counts) => {
    const table = await tableOf(id, params);
    expect([table.n, table.d]).toEqual([n, d]);
    expect(countsOf(table)).toEqual(counts);
    expect(taskOfTable(table)).toBe(specOf(id).task(schemaOf(specOf(id).params).parse(params)));
  });

  it('keeps rows and labels together, in the order of the file', async () => {
    const wine = await tableOf('wine', {classes: 'two', classA: '1', classB: '2'});
    expect(wine.classNames).toEqual(['cultivar 2', 'cultivar 3']);
    const lines = (await readFile('wine.csv')).trim().split('\n').slice(1).filter((line) => !line.endsWith(',0'));
    lines.forEach((line, i) => {
      const numbers = line.split(',').map(Number);
      expect([...wine.features.subarray(13 * i, 13 * (i + 1))]).toEqual(numbers.slice(0, 13));
      expect(wine.targets[i]).toBe(numbers[13] - 1);
    });
  });

  it('says what was dropped and names classes and columns', async () => {
    const penguins = await tableOf('penguins');
    expect(penguins.notes).toEqual(['2 rows with empty cells dropped']);
    expect(penguins.featureNames).toContain('body mass (g)');
    expect((await tableOf('breast-cancer')).classNames).toEqual(['malignant', 'benign']);
    expect((await tableOf('digits')).classNames).toEqual(['even', 'odd']);
  });

  it('refuses a class against itself, only where the pair matters', () => {
    for (const id of ['iris', 'wine', 'penguins', 'digits']) {
      const {classA} = defaultsOf(specOf(id).params);
      expect(faultOf(id, {classes: 'two', classB: classA})?.field).toBe('classB');
      expect(faultOf(id, {classes: 'all', classB: classA})).toBeNull();
    }
  });

  it('answers an unreadable file with a fault', async () => {
    const table = await fileTable(() => Promise.reject(new Error('404')), 'iris.csv', {kind: 'regression'});
    expect(table).toMatchObject({ok: false, error: {field: 'iris.csv', message: expect.stringContaining('404')}});
  });
});

describe('csvTable', () => {
  const messageOf = (text: string): string => {
    const table = csvTable(text, 'f.csv', {kind: 'classification', classes: [{value: 'a', label: 'A'}, {value: 'b', label: 'B'}]});
    return table.ok ? 'fine' : `${table.error.field} ${table.error.message}`;
  };

  it('reads quotes, blank lines, Windows line ends and a byte-order mark', () => {
    const table = csvTable('\uFEFF"u","v",y\r\n1,"2",3\r\n\r\n-1e2, .5 ,6\r\n', 'f.csv', {kind: 'regression'});
    expect(table.ok && [...table.value.features]).toEqual([1, 2, -100, 0.5]);
    expect(table.ok && [...table.value.targets]).toEqual([3, 6]);
    expect(table.ok && table.value.featureNames).toEqual(['u', 'v']);
  });

  it('names the row and the column of a fault', () => {
    expect(messageOf('u,y\n1,a\nx,b')).toBe('f.csv has "x" in row 3, column "u", where a number belongs; correct the cell');
    expect(messageOf('u,y\n1,a\n\n2,c')).toContain('"c" in row 4, column "y", where one of a, b belongs');
    expect(messageOf('u,y\n1,a\nInfinity,b')).toContain('row 3, column "u"');
    expect(messageOf('u,y\n1,a\n2')).toContain('1 cells in row 3, but 2 in the header');
    expect(messageOf('u,y\n"1,a')).toContain('row 2');
  });

  it('refuses what holds no table', () => {
    expect(messageOf('')).toContain('no rows');
    expect(messageOf('u,y\n')).toContain('no rows');
    expect(messageOf('y\na\n')).toContain('single column');
    expect(messageOf('u,y\n,a\n')).toContain('empty cells in every row');
  });
});

describe('inline', () => {
  it('takes any two numbers as -1 and +1, in rising order', async () => {
    const table = await tableOf('inline', {points: [[0], [1], [2]], targets: [7, -3, 7]});
    expect(table.classNames).toEqual(['-3', '7']);
    expect([...table.targets]).toEqual([1, 0, 1]);
    expect(table.d).toBe(1);
  });

  it('knows its task from the targets', () => {
    const task = (targets: number[], kind = 'classification') => specOf('inline').task({...defaultsOf(specOf('inline').params), targets, task: kind});
    expect(task([-1, 1, 1])).toBe('binary');
    expect(task([0, 1, 2])).toBe('multiclass');
    expect(task([0, 1, 2], 'regression')).toBe('regression');
  });

  it('allows a single point for regression', async () => {
    const table = await tableOf('inline', {points: [[1, 2, 3]], targets: [4], task: 'regression'});
    expect([table.n, table.d, table.targets[0]]).toEqual([1, 3, 4]);
  });

  it.each([
    ['points', {points: [], targets: []}, 'at least one row'],
    ['points', {points: [[], []], targets: [1, -1]}, 'empty first row'],
    ['points', {points: [[1, 2], [3]], targets: [1, -1]}, '1 numbers in row 2 but 2 in row 1'],
    ['points', {points: [[1], [1e10]], targets: [1, -1]}, 'row 2'],
    ['targets', {points: [[1], [2]], targets: [1]}, 'each of the 2 points, but has 1'],
    ['targets', {points: [[1], [2]], targets: [1, -1e12]}, 'place 2'],
    ['targets', {points: [[1], [2]], targets: [1, 1]}, 'at least two different numbers'],
    ['targets', {points: Array.from({length: 11}, (_, i) => [i]), targets: Array.from({length: 11}, (_, i) => i)}, 'at most 10 classes'],
  ])('names %s in the fault of %o', (field, params, message) => {
    const fault = faultOf('inline', params);
    expect(fault?.field).toBe(field);
    expect(fault?.message).toContain(message);
  });
});
