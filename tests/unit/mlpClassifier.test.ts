import {describe, expect, it} from 'vitest';
import type {ParamValues} from '../../src/core/params.ts';
import {defaultsOf, schemaOf} from '../../src/core/params.ts';
import type {Snapshot} from '../../src/core/protocol.ts';
import hostProblem from '../../src/problems/mlp-classifier/host.ts';
import {BIASES, initialVariables} from '../../src/problems/mlp-classifier/network.ts';
import {mlpClassifier} from '../../src/problems/mlp-classifier/spec.ts';
import {ACTIVATIONS, BETA, dataOf, definition, HEADS, modelOf, networkOf, NORMS, objectivePerSample} from '../helpers/mlpClassifier.ts';

const spec = mlpClassifier([]);
const VARIANTS: readonly ParamValues[] = [
  ...HEADS.filter(({head}) => head !== 'softmax-bits'), ...NORMS.flatMap((norm) => ACTIVATIONS.map((activation) => ({norm, activation}))), {depth: 0}, {depth: 1, bias: false},
];
const TASKS = ['multiclass', 'binary'] as const;

describe('the classifier on the host', () => {
  it.each(VARIANTS)('is its definition: %o', (changes) => {
    for (const task of TASKS) {
      const data = dataOf(task);
      const network = networkOf(data, modelOf(changes));
      const found = hostProblem(data, {beta: BETA}).evaluate(network);
      const meanOf = (losses: readonly number[]): number => losses.reduce((a, b) => a + b, 0) / losses.length;
      expect(found.objective / data.train.n).toBeCloseTo(objectivePerSample(network, network.values, data, BETA), 10);
      expect(found.trainLoss).toBeCloseTo(meanOf(definition(network, network.values, data, data.train).losses), 10);
      expect(found.testLoss).toBeCloseTo(meanOf(definition(network, network.values, data, data.test).losses), 10);
      expect(found.objective - data.train.n * found.trainLoss).toBeCloseTo(found.penalty, 10);
    }
  });

  it('answers ln p of the classes, and their difference for two', () => {
    for (const changes of [{}, {head: 'taylor'}, {head: 'stablemax'}, {norm: 'batch'}]) {
      for (const task of TASKS) {
        const data = dataOf(task);
        const network = networkOf(data, modelOf(changes));
        const f = hostProblem(data, {beta: 0}).predict(network, data.test.x, data.test.n);
        const {losses, labels} = definition(network, network.values, data, data.test);
        // The loss of each of these heads is -ln p of the label.
        for (const [i, loss] of losses.entries()) {
          const own = task === 'binary' ? -Math.log1p(Math.exp(labels[i] === 1 ? -f[i] : f[i])) : f[3 * i + labels[i]];
          expect(-own).toBeCloseTo(loss, 10);
        }
      }
    }
  });

  it('counts right answers by the probabilities of the head', () => {
    const data = {...dataOf(), train: {n: 1, x: Float64Array.of(1, 0, 1), y: Float64Array.of(1, 0, 0)}};
    const network = (head: string): Snapshot => ({iteration: 0, shapes: {w0: [2, 3]}, values: Float32Array.of(-5, 1, 2, 0, 0, 0), model: modelOf({head, sphericalEpsilon: 0.01})});
    const scoreOf = (head: string): number => hostProblem(data, {beta: 0}).evaluate(network(head)).trainScore;
    expect([scoreOf('softmax'), scoreOf('spherical'), scoreOf('taylor')]).toEqual([0, 1, 1]);
  });

  it('takes an output of 0 between two classes for wrong, as everywhere', () => {
    const data = dataOf('binary');
    const silent: Snapshot = {iteration: 0, shapes: {w0: [2, 2]}, values: new Float32Array(4)};
    expect(hostProblem(data, {beta: 0}).evaluate(silent)).toMatchObject({trainScore: 0, trainLoss: Math.log(2)});
  });

  it('is a softmax regression where a solver brings a network without parameters', () => {
    const data = dataOf();
    const network = {...networkOf(data, modelOf({depth: 0}))};
    const {model: _, ...bare} = network;
    const host = hostProblem(data, {beta: BETA});
    expect(host.evaluate(bare)).toEqual(host.evaluate(network));
    expect(host.kin?.(bare)).toBe(host.kin?.(network));
  });
});

describe('the shared space', () => {
  it.each(NORMS)('has the J of its networks, whatever plane they are met on, with norm %s', (norm) => {
    const data = dataOf();
    const host = hostProblem(data, {beta: BETA});
    const [a, b, c] = [1, 2, 3].map((seed) => networkOf(data, modelOf({norm}), seed));
    const space = host.share([[a, b], [c]]);
    const [origin, other, third] = [space.paths[0].point(0), space.paths[0].point(1), space.paths[1].point(0)];
    const kernel = space.kernel({origin, du: other.map((x, i) => x - origin[i]), dv: third.map((x, i) => x - origin[i])});
    const row = (at: number, values: readonly number[]): Float64Array => {
      const out = new Float64Array(values.length);
      kernel.evaluateRow(at, Float64Array.from(values), out);
      return out;
    };
    const objectives = [a, b, c].map((network) => host.evaluate(network).objective);
    expect(row(0, [0, 1])[0]).toBeCloseTo(objectives[0], 8);
    expect(row(0, [0, 1])[1]).toBeCloseTo(objectives[1], 8);
    expect(row(1, [0])[0]).toBeCloseTo(objectives[2], 8);
    const between = host.evaluate(space.network(origin.map((x, i) => x + 0.25 * (other[i] - x) + 0.5 * (third[i] - x))));
    expect(row(0.5, [0.25])[0]).toBeCloseTo(between.objective, 4);
  });

  it('has a unit for each column of a matrix and each entry of a vector', () => {
    const data = dataOf();
    const {unitOf, dim} = hostProblem(data, {beta: 0}).share([[networkOf(data, modelOf({depth: 1}))]]);
    // w0 [2, 3], b0 [3], w1 [3, 3], b1 [3].
    expect([...unitOf]).toEqual([0, 1, 2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 6, 7, 8, 6, 7, 8, 9, 10, 11]);
    expect(dim).toBe(21);
  });

  it('is for networks of one function and one loss', () => {
    const data = dataOf();
    const host = hostProblem(data, {beta: 0});
    const kin = (changes: ParamValues): string => host.kin?.(networkOf(data, modelOf(changes))) ?? '';
    expect(kin({initScale: 2})).toBe(kin({}));
    for (const changes of [{activation: 'relu'}, {head: 'taylor'}, {norm: 'layer'}, {width: 4}]) expect(kin(changes)).not.toBe(kin({}));
    expect(kin({norm: 'layer'})).not.toBe(kin({norm: 'batch'}));
    expect(kin({depth: 0, activation: 'relu'})).toBe(kin({depth: 0, activation: 'tanh'}));
  });
});

describe('the start', () => {
  const namesOf = (changes: ParamValues): string => initialVariables(2, 3, modelOf(changes), 1).map(({name}) => name).join(' ');

  it('has the variables that its parameters ask for, and no norm in the first layer', () => {
    expect(namesOf({depth: 0})).toBe('w0 b0');
    expect(namesOf({depth: 1, norm: 'batch', bias: false})).toBe('w0 w1');
    expect(namesOf({depth: 3, norm: 'batch'})).toBe('w0 b0 w1 b1 gain1 shift1 w2 b2 gain2 shift2 w3 b3');
    expect(namesOf({depth: 2, norm: 'rms', bias: false})).toBe('w0 w1 gain1 w2');
    for (const name of ['b0', 'b8', 'gain7', 'shift7']) expect(BIASES).toContain(name);
    expect(BIASES.some((name) => name.startsWith('w'))).toBe(false);
  });

  it('is uniform within one over the root of the inputs, the same for the same seed', () => {
    const of = (changes: ParamValues, seed = 1) => initialVariables(100, 10, modelOf({width: 50, ...changes}), seed);
    const [w0] = of({});
    expect(Math.max(...w0.values.map(Math.abs))).toBeLessThanOrEqual(0.1);
    expect(Math.max(...w0.values.map(Math.abs))).toBeGreaterThan(0.099);
    expect(Math.hypot(...w0.values) / Math.sqrt(w0.values.length)).toBeCloseTo(0.1 / Math.sqrt(3), 2);
    expect(of({})).toEqual(of({}));
    expect(of({}, 2)).not.toEqual(of({}));
    const scaled = of({initScale: 2});
    expect(scaled[0].values).toEqual(w0.values.map((value) => 2 * value));
    expect(scaled[1]).toEqual(of({})[1]);
  });

  it('is the same function rescaled, for ReLU', () => {
    const data = dataOf();
    const evaluated = (rescale: number, depth: number) => {
      const model = modelOf({activation: 'relu', depth, rescale});
      const variables = initialVariables(2, 3, model, 1);
      return hostProblem(data, {beta: 0}).evaluate({
        iteration: 0, model,
        shapes: Object.fromEntries(variables.map(({name, shape}) => [name, shape])),
        values: Float32Array.from(variables.flatMap(({values}) => [...values])),
      });
    };
    for (const depth of [1, 2, 3]) expect(evaluated(10, depth).objective).toBeCloseTo(evaluated(1, depth).objective, 4);
    const [w1, w2] = ['w1', 'w2'].map((name) => (s: number) => initialVariables(2, 3, modelOf({rescale: s}), 1).find((one) => one.name === name)?.values[0] ?? 0);
    expect(w1(10) / w1(1)).toBeCloseTo(10, 5);
    expect(w2(10) / w2(1)).toBeCloseTo(0.1, 5);
  });
});

describe('the spec', () => {
  it('takes classes and refuses the rest in words', () => {
    const refusal = (task: Parameters<typeof spec.refuses>[0]['task']): string | null => spec.refuses({task, params: {}, losses: {}});
    expect([refusal('binary'), refusal('multiclass')]).toEqual([null, null]);
    for (const task of ['regression', 'sequence', 'retrieval'] as const) expect(refusal(task)).toMatch(/pick/);
  });

  it('has one J for equal heads', () => {
    const j = (changes: ParamValues): string | undefined => spec.ownObjective?.({...defaultsOf(spec.model), ...changes});
    expect(j({width: 64, bits: 5})).toBe(j({}));
    expect(j({head: 'softmax-bits', bits: 5})).not.toBe(j({head: 'softmax-bits', bits: 10}));
    expect(schemaOf(spec.model).parse({})).toEqual(defaultsOf(spec.model));
  });
});
