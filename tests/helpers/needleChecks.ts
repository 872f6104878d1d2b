import {expect, it} from 'vitest';
import type {Snapshot} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import {tf} from '../../src/engine/tf.ts';
import {sliced} from '../../src/numerics/batches.ts';
import {offsetsOf, sizeOf} from '../../src/numerics/flatSpace.ts';
import hostProblem from '../../src/problems/needle-attention/host.ts';
import formulate from '../../src/problems/needle-attention/problem.ts';
import {type DESIGNS, designed, naiveObjective, smallSets, snapshotOf, somewhere} from './needle.ts';
import {distance, norm} from './problem.ts';

const BETA = 0.3;
const DATA = await smallSets();

const RANDOM = 8;

/** Random directions, which move all weights, and one along each scalar. */
function directionsIn({shapes, values}: Snapshot): readonly (readonly number[])[] {
  const random = randomStream('needle directions');
  const all = Array.from({length: RANDOM}, () => Array.from(values, () => random.normal()));
  const offsets = offsetsOf(shapes);
  const scalars = Object.keys(shapes).filter((name) => sizeOf(shapes[name]) === 1);
  return [...all, ...scalars.map((name) => Array.from(values, (_, i) => (i === offsets[name] ? 1 : 0)))];
}

/** What holds of attention on sets on every backend; in Node on CPU and WASM, in Chromium on WebGPU for some designs. */
export function describeNeedle(designs: typeof DESIGNS): void {
  it.each(designs)('%s has the gradient of its definition, by central differences', async (_, model) => {
    const problem = formulate(DATA, {beta: BETA});
    const vars = somewhere(problem, model);
    const snapshot = await snapshotOf(vars, model);
    const found = Object.values(problem.gradients?.gradient(vars, problem.train, true, model) ?? {});
    const flat = (await Promise.all(found.map((g) => g.data()))).flatMap((g) => [...g]);
    const directions = directionsIn(snapshot);
    const h = 1e-5;
    const slopes = directions.map((direction) => {
      const moved = (by: number): number => naiveObjective({shapes: snapshot.shapes, values: Float64Array.from(snapshot.values, (w, i) => w + by * direction[i])}, model, DATA, BETA);
      return (moved(h) - moved(-h)) / (2 * h);
    });
    for (const [i, slope] of slopes.entries()) {
      const along = directions[i].reduce((sum, value, at) => sum + value * flat[at], 0);
      expect(Math.abs(along - slope)).toBeLessThan(1e-3 * norm(flat) * norm(directions[i]) / (i < RANDOM ? Math.sqrt(flat.length) : 1) + 1e-5);
    }
    problem.dispose();
  });

  it.each(designs)('%s measures what the host measures, one network or several at once', async (_, model) => {
    const problem = formulate(DATA, {beta: BETA});
    const vars = somewhere(problem, model);
    const host = hostProblem(DATA, {beta: BETA});
    const snapshot = await snapshotOf(vars, model);
    const {objective, trainLoss, testLoss, penalty, trainScore, testScore} = host.evaluate(snapshot);
    const found = await problem.evaluate(vars, model).data();
    for (const [i, value] of [objective, trainLoss, testLoss, penalty, trainScore, testScore].entries()) {
      expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(value)));
    }
    const start = problem.gradients?.init(model, 9) ?? {};
    const points = Object.fromEntries(Object.keys(vars).map((name) => [name, tf.stack([vars[name], start[name]])]));
    const both = await problem.objectives(points, model).data();
    expect(both[0] / objective).toBeCloseTo(1, 4);
    expect(both[1] / host.evaluate(await snapshotOf(start, model)).objective).toBeCloseTo(1, 4);
    const outputs = await problem.predict(vars, problem.train.x, model).data();
    expect(distance(outputs, host.predict(snapshot, DATA.train.x, DATA.train.n)) / norm(outputs)).toBeLessThan(1e-4);
    problem.dispose();
  });

  it('takes a mini-batch as it takes the full one', async () => {
    const problem = formulate(DATA, {beta: 0});
    const model = designed({attention: 'sum'});
    const vars = somewhere(problem, model);
    const part = (start: number, count: number) => problem.gradients?.gradient(vars, sliced(problem.train, start, count), true, model) ?? {};
    const [whole, first, second] = [problem.gradients?.gradient(vars, problem.train, true, model) ?? {}, part(0, 9), part(9, 9)];
    for (const name of Object.keys(vars)) {
      const halves = await tf.mul(0.5, tf.add(first[name], second[name])).data();
      expect(distance(halves, await whole[name].data())).toBeLessThan(1e-5);
    }
    problem.dispose();
  });

  it('leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    const problem = formulate(DATA, {beta: BETA});
    const model = designed({attention: 'product', queryUnits: 3});
    const vars = problem.gradients?.init(model, 1) ?? {};
    tf.tidy(() => {
      problem.evaluate(vars, model);
      problem.measures?.(vars, model);
      problem.gradients?.gradient(vars, problem.train, true, model);
    });
    problem.dispose();
    tf.dispose(vars);
    expect(tf.memory().numTensors).toBe(before);
  });
}

/** Apart, as sets of 512 pairs are slow on a software adapter. */
export function describeProbes(): void {
  it('counts keys between one and all, for both questions', async () => {
    const problem = formulate(DATA, {beta: 0});
    const model = designed({});
    const vars = somewhere(problem, model);
    const flat = {...vars, q: tf.zerosLike(vars.q)};
    const sharp = {...vars, q: tf.concat([tf.mul(400, tf.eye(16)), tf.zeros([2, 16])]), k: tf.eye(16), v: tf.eye(4), out: tf.eye(4)};
    const measured = async (weights: typeof vars) => {
      const entries = Object.entries(problem.measures?.(weights, model) ?? {}).map(async ([name, one]) => [name, (await one.data())[0]] as const);
      return Object.fromEntries(await Promise.all(entries));
    };
    const even = await measured(flat);
    expect(even.needleKeys).toBeCloseTo(32, 3);
    expect(even.averageKeys).toBeCloseTo(32, 3);
    // The key itself, and so its value: a perfect needle, and an average that is off by a value less the mean.
    const found = await measured(sharp as typeof vars);
    expect(found.needleKeys).toBeCloseTo(1, 2);
    expect(found.needleLoss).toBeLessThan(1e-3);
    expect(found.longNeedleLoss).toBeLessThan(1e-2);
    expect(found.averageLoss).toBeGreaterThan(0.8);
    expect(found.averageLoss).toBeLessThan(1.15);
    problem.dispose();
  });
}
