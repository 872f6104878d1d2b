import {describe, expect, it} from 'vitest';
import {CATALOGUE} from '../../src/catalogue.ts';
import {defaultsOf, type ParamValues} from '../../src/core/params.ts';
import {parseExperiment} from '../../src/core/experiment.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import generate from '../../src/datasets/needle/dataset.ts';
import {needle} from '../../src/datasets/needle/spec.ts';
import {sizeOf} from '../../src/numerics/flatSpace.ts';
import {columnsOf, needleLayout} from '../../src/numerics/retrieval/rows.ts';
import hostProblem from '../../src/problems/needle-attention/host.ts';
import {modelOf, shapesOf} from '../../src/problems/needle-attention/model.ts';
import {DESIGNS, designed, naive, naiveObjective, smallSets} from '../helpers/needle.ts';

async function tableOf(changes: ParamValues) {
  const table = await generate({...defaultsOf(needle.params), ...changes}, async () => '');
  if (!table.ok) throw new Error(table.error.message);
  return table.value;
}

function networkOf(model: ParamValues): Snapshot {
  const shapes = shapesOf(modelOf(model), needleLayout(6));
  const random = randomStream('needle unit');
  const values = Float32Array.from({length: Object.values(shapes).reduce((sum, shape) => sum + sizeOf(shape), 0)}, () => 0.5 * random.normal());
  return {iteration: 3, shapes, values, model};
}

describe('the data set needle or average', () => {
  it('asks for a value that stands in the row', async () => {
    const {n, d, features, targets} = await tableOf({n: 300, fewest: 3, most: 9});
    expect(d).toBe(1 + 16 + 2 + 9 * 20);
    const counts = {average: 0, needle: 0};
    const sizes = new Set<number>();
    for (let i = 0; i < n; i++) {
      const row = Array.from(features.subarray(i * d, (i + 1) * d));
      const pairs = row[0];
      sizes.add(pairs);
      const keys = Array.from({length: pairs}, (_, j) => row.slice(19 + 16 * j, 35 + 16 * j));
      const values = Array.from({length: pairs}, (_, j) => row.slice(163 + 4 * j, 167 + 4 * j));
      for (const key of keys) expect(Math.hypot(...key)).toBeCloseTo(1, 12);
      expect(row.slice(19 + 16 * pairs, 163).every((entry) => entry === 0)).toBe(true);
      expect(row.slice(163 + 4 * pairs).every((entry) => entry === 0)).toBe(true);
      const asked = keys.findIndex((key) => key.every((entry, c) => entry === row[1 + c]));
      expect(asked).toBeGreaterThanOrEqual(0);
      expect([row[17] + row[18], row[17] * row[18]]).toEqual([1, 0]);
      counts[row[17] === 1 ? 'average' : 'needle']++;
      for (let c = 0; c < 4; c++) {
        const mean = values.reduce((sum, value) => sum + value[c], 0) / pairs;
        expect(targets[4 * i + c]).toBeCloseTo(row[17] === 1 ? mean : values[asked][c], 12);
      }
    }
    expect([...sizes].sort((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect(counts.average).toBeGreaterThan(120);
    expect(counts.needle).toBeGreaterThan(120);
  });

  it('keeps its rows when more are drawn, and its sets when others are asked', async () => {
    const few = await tableOf({n: 20});
    const many = await tableOf({n: 40});
    expect(many.features.subarray(0, 20 * few.d)).toEqual(few.features);
    const needles = await tableOf({n: 20, average: 0});
    const averages = await tableOf({n: 20, average: 1});
    const at = columnsOf(needleLayout(32));
    for (let i = 0; i < 20; i++) {
      const part = (features: Float64Array, from: number, to: number) => features.subarray(i * few.d + from, i * few.d + to);
      expect(part(needles.features, at.keys, at.end)).toEqual(part(averages.features, at.keys, at.end));
      expect([...part(needles.features, at.flags, at.keys)]).toEqual([0, 1]);
      expect([...part(averages.features, at.flags, at.keys)]).toEqual([1, 0]);
    }
  });

  it('refuses more fewest than most pairs, and names the field', () => {
    expect(needle.check({...defaultsOf(needle.params), fewest: 12, most: 11})).toEqual({field: 'most', message: 'must be at least the fewest pairs, 12; raise it, or lower "fewest"'});
    expect(needle.check({...defaultsOf(needle.params), fewest: 12, most: 12})).toBeNull();
  });
});

describe('attention on sets on the host', () => {
  const parsed = (dataset: object, model: object) =>
    parseExperiment({dataset, problem: {id: 'needle-attention'}, contestants: [{solver: {id: 'adam'}, model}]}, CATALOGUE);

  it('is posed on sets of pairs alone', () => {
    expect(parsed({id: 'needle'}, {attention: 'sum'}).ok).toBe(true);
    const moons = parsed({id: 'moons'}, {});
    expect(moons.ok ? '' : `${moons.error.field} ${moons.error.message}`).toBe(
      'problem.id "needle-attention" can\'t be posed on these data: it looks values up in sets of pairs; pick the data set "needle or average"',
    );
    const odd = parsed({id: 'needle', params: {fewest: 20, most: 10}}, {});
    expect(odd.ok ? '' : odd.error.field).toBe('dataset.params.most');
    const relu = parseExperiment({dataset: {id: 'needle'}, contestants: [{solver: {id: 'adam'}}]}, CATALOGUE);
    expect(relu.ok).toBe(false);
  });

  it("has the specification's numbers of parameters", () => {
    const count = (changes: ParamValues): number => Object.values(shapesOf(modelOf(designed(changes)), needleLayout(32))).reduce((sum, shape) => sum + sizeOf(shape), 0);
    expect(count({attention: 'sum'})).toBe(738);
    expect(count({queryUnits: 64})).toBe(2816);
    expect(count({})).toBe(576);
  });

  it.each(DESIGNS)('%s is what its formulas say', async (_, model) => {
    const data = await smallSets();
    const host = hostProblem(data, {beta: 0.7});
    const network = networkOf(model);
    const found = host.predict(network, data.test.x, data.test.n);
    let squares = 0;
    for (let i = 0; i < data.test.n; i++) {
      const {output, weights} = naive(network, model, data.test.x.subarray(i * data.d, (i + 1) * data.d), 6);
      for (const [c, value] of output.entries()) {
        expect(found[4 * i + c]).toBeCloseTo(value, 10);
        squares += (value - data.test.y[4 * i + c]) ** 2;
      }
      const picture = host.attention?.(network, data.train.n + i);
      expect(picture).toMatchObject({iteration: 3, examples: data.train.n + data.test.n, layers: 1, heads: weights.length});
      expect(picture?.keys.length).toBe(weights[0].length);
      for (const [j, weight] of weights.flat().entries()) expect(picture?.weights[j]).toBeCloseTo(weight, 12);
      for (const [h, row] of weights.entries()) {
        const sum = row.reduce((all, weight) => all + weight, 0);
        const entropy = row.reduce((all, weight) => all - (weight / sum) * Math.log(weight / sum), 0);
        expect(picture?.effective[h]).toBeCloseTo(Math.exp(entropy), 8);
      }
    }
    const {objective, testLoss, testScore} = host.evaluate(network);
    expect(testLoss).toBeCloseTo(squares / (4 * data.test.n), 10);
    expect(objective / data.train.n).toBeCloseTo(naiveObjective(network, model, data, 0.7), 10);
    const mean = data.test.y.reduce((sum, value) => sum + value, 0) / data.test.y.length;
    expect(testScore).toBeCloseTo(1 - squares / data.test.y.reduce((sum, value) => sum + (value - mean) ** 2, 0), 10);
  });

  it('says in words what is asked', async () => {
    const data = await smallSets({average: 0});
    const picture = hostProblem(data, {beta: 0}).attention?.(networkOf(designed({})), 0);
    const row = data.train.x.subarray(0, data.d);
    const asked = Array.from({length: row[0]}, (_, j) => j).find((j) => row[19 + 16 * j] === row[1]) ?? -1;
    expect(picture?.queries).toEqual([`the value of key ${asked + 1}`]);
    expect(picture?.keys[0]).toBe('key 1');
    const averages = await smallSets({average: 1});
    expect(hostProblem(averages, {beta: 0}).attention?.(networkOf(designed({})), 0).queries).toEqual(['the mean of all']);
  });

  it('draws landscapes of J, and tells networks of another kind apart', async () => {
    const data = await smallSets();
    const host = hostProblem(data, {beta: 0.2});
    const model = designed({attention: 'product'});
    const one = networkOf(model);
    const other: Snapshot = {...one, values: one.values.map((w) => -0.5 * w)};
    const space = host.share([[one], [other]]);
    const [from, to] = space.paths.map((path) => path.point(0));
    const length = Math.hypot(...to.map((value, i) => value - from[i]));
    const du = to.map((value, i) => (value - from[i]) / length);
    const out = new Float64Array(3);
    space.kernel({origin: from, du, dv: new Float64Array(du.length)}).evaluateRow(0, Float64Array.of(0, length / 2, length), out);
    const middle = from.map((value, i) => (value + to[i]) / 2);
    for (const [i, network] of [one, space.network(middle), other].entries()) expect(out[i] / host.evaluate(network).objective).toBeCloseTo(1, 6);
    const kin = (changes: ParamValues) => host.kin?.(networkOf(designed(changes)));
    expect(kin({})).not.toBe(kin({temperature: 2}));
    expect(kin({attention: 'sum'})).not.toBe(kin({attention: 'product'}));
    expect(kin({attention: 'sum', temperature: 2, normalise: 'rows'})).toBe(kin({attention: 'sum'}));
    expect(kin({attention: 'position', gate: 'linear'})).toBe(kin({attention: 'position'}));
  });

  it('says NaN where there is no test set, and no other', async () => {
    const data = await smallSets();
    const alone = {...data, test: {n: 0, x: new Float64Array(0), y: new Float64Array(0)}};
    const measured = hostProblem(alone, {beta: 0.2}).evaluate(networkOf(designed({})));
    expect(Object.entries(measured).filter(([, value]) => Number.isNaN(value)).map(([name]) => name)).toEqual(['testLoss', 'testScore']);
  });
});
