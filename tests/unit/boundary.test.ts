import {describe, expect, it} from 'vitest';
import type {PreparedData} from '../../src/core/data.ts';
import type {Boundary} from '../../src/core/protocol.ts';
import {boundaryOf} from '../../src/engine/boundary.ts';
import crossEntropy from '../../src/losses/cross-entropy/host.ts';
import squared from '../../src/losses/squared/host.ts';
import hostProblem from '../../src/problems/two-layer-relu/host.ts';
import {type DataShape, randomData, randomNetwork, snapshotOf} from '../helpers/twoLayerRelu.ts';

function setting(shape: DataShape): {readonly data: PreparedData; readonly look: (values?: ArrayLike<number>) => Boundary} {
  const data = randomData(shape, 31);
  const host = hostProblem(data, {beta: 0.1}, data.k > 1 ? crossEntropy : squared);
  const {d, k} = data;
  const network = (values?: ArrayLike<number>) =>
    values ? snapshotOf(values.length / (d + k), d, k, values) : randomNetwork(6, d, k, 32);
  return {data, look: (values) => boundaryOf(host, data, network(values), 21)};
}

/** Narrows to one kind of boundary, or fails the test. */
function as<K extends Boundary['kind']>(kind: K, boundary: Boundary): Extract<Boundary, {kind: K}> {
  expect(boundary.kind).toBe(kind);
  return boundary as Extract<Boundary, {kind: K}>;
}

const column = (data: PreparedData, j: number): number[] =>
  [data.train, data.test].flatMap((part) => Array.from({length: part.n}, (_, i) => part.x[i * data.d + j]));

describe('one input', () => {
  it('is the function over the data range and a tenth on each side', () => {
    const {data, look} = setting({task: 'regression', n: 20, testCount: 10, d: 2});
    const {x, f, classify} = as('curve', look([1, 0.5, 2]));
    const xs = column(data, 0);
    const [low, high] = [Math.min(...xs), Math.max(...xs)];
    expect(x.length).toBe(120);
    expect(x[0]).toBeCloseTo(low - 0.1 * (high - low), 12);
    expect(x[119]).toBeCloseTo(high + 0.1 * (high - low), 12);
    expect(classify).toBe(false);
    for (const [i, value] of x.entries()) expect(f[i]).toBeCloseTo(2 * Math.max(0, value + 0.5), 12);
  });

  it('marks classes, and steps between several', () => {
    expect(as('curve', setting({task: 'binary', n: 20, d: 2}).look()).classify).toBe(true);
    const several = as('curve', setting({task: 'multiclass', n: 20, d: 2, k: 3}).look());
    expect([...several.f].every((value) => [0, 1, 2].includes(value))).toBe(true);
  });

  it('has a range even where the input does not vary', () => {
    const {data} = setting({task: 'regression', n: 4, d: 2});
    const flat = {...data, train: {...data.train, x: Float64Array.of(3, 1, 3, 1, 3, 1, 3, 1)}};
    const curve = as('curve', boundaryOf(hostProblem(flat, {beta: 0}, squared), flat, randomNetwork(2, 2, 1, 1), 5));
    expect(curve.x[119] - curve.x[0]).toBeGreaterThan(0.1);
  });
});

describe('two inputs', () => {
  it('is a grid of outputs, rows along the second input', () => {
    const {data, look} = setting({task: 'binary', n: 25, testCount: 5, d: 3});
    const {side, xRange, yRange, values, confidence} = as('grid', look([1, 0, 0, 0, 1, 0, 1, 10]));
    expect(side).toBe(21);
    expect(confidence).toBeNull();
    const ys = column(data, 1);
    expect(yRange[0]).toBeCloseTo(Math.min(...ys) - 0.15 * (Math.max(...ys) - Math.min(...ys)), 12);
    for (const [row, col] of [[0, 0], [3, 20], [20, 7]]) {
      const x = xRange[0] + ((xRange[1] - xRange[0]) * col) / 20;
      const y = yRange[0] + ((yRange[1] - yRange[0]) * row) / 20;
      expect(values[row * side + col]).toBeCloseTo(Math.max(0, x) + 10 * Math.max(0, y), 10);
    }
  });

  it('names the winner and its softmax probability for several classes', () => {
    const {look} = setting({task: 'multiclass', n: 25, d: 3, k: 3});
    // One neuron that is always 1: outputs (0, 2, 1) everywhere.
    const {values, confidence} = as('grid', look([0, 0, 1, 0, 2, 1]));
    expect(new Set(values)).toEqual(new Set([1]));
    expect(confidence?.[5]).toBeCloseTo(Math.exp(2) / (1 + Math.exp(2) + Math.exp(1)), 12);
  });
});

describe('more inputs', () => {
  it('counts classes by truth and prediction, training and test apart', () => {
    const {data, look} = setting({task: 'binary', n: 30, testCount: 12, d: 5});
    // f = 1 everywhere: all are taken for the second class.
    const {train, test, predicted} = as('confusion', look([0, 0, 0, 0, 1, 1]));
    const positives = data.train.y.filter((y) => y > 0).length;
    expect([...train]).toEqual([0, 30 - positives, 0, positives]);
    expect(test.reduce((sum, count) => sum + count, 0)).toBe(12);
    expect(predicted).toEqual(new Int32Array(42).fill(1));
  });

  it('orders predictions training first, then test', () => {
    const {data, look} = setting({task: 'multiclass', n: 30, testCount: 12, d: 5, k: 4});
    const {train, test, predicted} = as('confusion', look());
    const countsOf = (part: PreparedData['train'], from: number): Int32Array => {
      const counts = new Int32Array(16);
      for (let i = 0; i < part.n; i++) counts[part.y.subarray(i * 4, i * 4 + 4).indexOf(1) * 4 + predicted[from + i]]++;
      return counts;
    };
    expect(train).toEqual(countsOf(data.train, 0));
    expect(test).toEqual(countsOf(data.test, 30));
  });

  it('pairs predictions with targets for regression', () => {
    const {data, look} = setting({task: 'regression', n: 9, testCount: 4, d: 4});
    const {predicted, target} = as('fit', look([0, 0, 0, 1, 3]));
    expect([...predicted]).toEqual(new Array(13).fill(3));
    expect([...target]).toEqual([...data.train.y, ...data.test.y]);
  });
});
