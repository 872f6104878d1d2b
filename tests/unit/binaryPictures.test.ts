import {describe, expect, it} from 'vitest';
import type {BinaryWeights} from '../../src/core/protocol.ts';
import {randomStream} from '../../src/core/random.ts';
import type {Certificate} from '../../src/core/study.ts';
import {correlationOf, meanSignProduct, strongest} from '../../src/ui/weights/correlation.ts';
import {pairAt, squareIn} from '../../src/ui/weights/drawCorrelation.ts';
import {greyOf, tileText, tiling} from '../../src/ui/weights/drawTiles.ts';
import {lossesOf, lossWords} from '../../src/ui/weights/losses.ts';
import {angleOf, binsOf, blocksOf, meanOf, seenFrom, spreadOf, summaryOf, turned} from '../../src/ui/weights/rows.ts';
import {pairTable, rowTable, tileTable, weightName} from '../../src/ui/weights/tables.ts';

/** Rows of length 1 in two layers, 2 neurons of 3 inputs and 1 neuron of 4, with every sign of mu. */
function weightsOf(rank: number, layers: BinaryWeights['layers'] = [{name: 'hidden', out: 2, in: 3}, {name: 'output', out: 1, in: 4}]): BinaryWeights {
  const random = randomStream(3, 'rows');
  const count = layers.reduce((sum, layer) => sum + layer.out * layer.in, 0);
  const rows = new Float64Array(count * (1 + rank));
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * (1 + rank), (i + 1) * (1 + rank));
    for (let j = 0; j <= rank; j++) row[j] = random.normal();
    if (rank === 0) row[0] = Math.tanh(row[0]);
    else row.set(row.map((entry) => entry / Math.hypot(...row)));
  }
  return {iteration: 7, rank, layers, rows, sampled: Float64Array.of(3, 1, 2, 2), rounded: 2.5, best: 1, image: null};
}

describe('rows', () => {
  it('are found layer by layer, with their means and spreads', () => {
    const weights = weightsOf(2);
    const blocks = blocksOf(weights);
    expect(blocks.map(({from, count}) => [from, count])).toEqual([[0, 6], [6, 4]]);
    for (let i = 0; i < 10; i++) expect(meanOf(weights, i) ** 2 + spreadOf(weights, i) ** 2).toBeCloseTo(1, 12);
    const rows = Array.from({length: 10}, (_, i) => weights.rows[3 * i]);
    expect(summaryOf(weights, blocks[1])).toMatchObject({
      positive: rows.slice(6).filter((mean) => mean > 0).length,
      open: rows.slice(6).filter((mean) => Math.abs(mean) < 0.5).length,
      certainty: expect.closeTo(rows.slice(6).reduce((sum, mean) => sum + Math.abs(mean), 0) / 4, 12),
    });
  });

  it('count a mean of zero as +1', () => {
    const weights = {...weightsOf(0, [{name: 'w', out: 1, in: 2}]), rows: Float64Array.of(0, -0.5)};
    expect(summaryOf(weights, blocksOf(weights)[0]).positive).toBe(1);
  });

  it('keep lengths and angles however the sphere is held', () => {
    const weights = weightsOf(2);
    for (const attitude of [{spin: 0, turn: 0}, {spin: 1.1, turn: -0.7}, {spin: -2, turn: Math.PI / 2}]) {
      const seen = Array.from({length: 10}, (_, i) => seenFrom(attitude, weights.rows[3 * i], weights.rows[3 * i + 1], weights.rows[3 * i + 2]));
      for (let i = 0; i < 10; i++) {
        for (let j = 0; j < 10; j++) {
          const there = [0, 1, 2].reduce((sum, c) => sum + weights.rows[3 * i + c] * weights.rows[3 * j + c], 0);
          expect(seen[i].reduce((sum, value, c) => sum + value * seen[j][c], 0)).toBeCloseTo(there, 12);
        }
      }
    }
  });

  it('have their anchor to the right, and towards the reader when turned', () => {
    expect(seenFrom({spin: 1.3, turn: 0}, 1, 0, 0)).toEqual([1, 0, 0]);
    const [x, y, depth] = seenFrom({spin: 1.3, turn: Math.PI / 2}, 1, 0, 0);
    expect([x, y, depth]).toEqual([expect.closeTo(0, 12), 0, 1]);
    expect(turned({spin: 0, turn: 1.5}, 0.1, 1).turn).toBe(Math.PI / 2);
    expect(turned({spin: 0, turn: -1.5}, 0.1, -1).turn).toBe(-Math.PI / 2);
  });

  it('lie on the circle for rank 1 and on its upper half for more than 2', () => {
    const one = weightsOf(1);
    for (let i = 0; i < 10; i++) {
      expect(Math.cos(angleOf(one, i))).toBeCloseTo(one.rows[2 * i], 12);
      expect(Math.sin(angleOf(one, i))).toBeCloseTo(one.rows[2 * i + 1], 12);
    }
    const four = weightsOf(4);
    for (let i = 0; i < 10; i++) {
      expect(Math.cos(angleOf(four, i))).toBeCloseTo(meanOf(four, i), 12);
      expect(angleOf(four, i)).toBeGreaterThanOrEqual(0);
    }
  });

  it('are all counted in bins, ends included', () => {
    expect(binsOf([-1, -0.6, 0, 0.99, 1, 3], -1, 1, 4)).toEqual([2, 0, 1, 3]);
  });
});

describe('correlations', () => {
  it('are mu mu\' + Z Z\' within a neuron, and mu mu\' between two', () => {
    const weights = weightsOf(3);
    const [hidden, output] = blocksOf(weights);
    for (const block of [hidden, output]) {
      const {size, values} = correlationOf(weights, block, 'rows', 'anchored');
      expect(size).toBe(block.count);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          const [a, b] = [4 * (block.from + i), 4 * (block.from + j)];
          const terms = Math.floor(i / block.inputs) === Math.floor(j / block.inputs) ? [0, 1, 2, 3] : [0];
          const expected = i === j ? 1 : terms.reduce((sum, c) => sum + weights.rows[a + c] * weights.rows[b + c], 0);
          expect(values[i * size + j]).toBeCloseTo(expected, 12);
        }
      }
    }
  });

  it('look at the first weights only where there are too many', () => {
    const weights = weightsOf(2);
    const {size, values} = correlationOf(weights, blocksOf(weights)[0], 'rows', 'anchored', 4);
    expect([size, values.length]).toEqual([4, 16]);
    const whole = correlationOf(weights, blocksOf(weights)[0], 'rows', 'anchored').values;
    for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) expect(values[4 * i + j]).toBe(whole[6 * i + j]);
  });

  it('of signs agree with signs that are drawn, in both ways of drawing', () => {
    const weights = weightsOf(2);
    const [hidden] = blocksOf(weights);
    const random = randomStream(11, 'draws');
    const draws = 60_000;
    const sums = {anchored: new Float64Array(36), plane: new Float64Array(36)};
    const draw = (rounding: 'anchored' | 'plane'): Float64Array => {
      const r = [random.normal(), random.normal(), random.normal(), random.normal()];
      const head = rounding === 'anchored' ? 1 : random.normal();
      return Float64Array.from({length: 6}, (_, i) => {
        const [mu, z1, z2] = weights.rows.subarray(3 * i, 3 * i + 3);
        const own = rounding === 'anchored' && i >= 3 ? r.slice(2) : r;
        return head * mu + own[0] * z1 + own[1] * z2 >= 0 ? 1 : -1;
      });
    };
    for (let d = 0; d < draws; d++) {
      for (const rounding of ['anchored', 'plane'] as const) {
        const w = draw(rounding);
        for (let i = 0; i < 6; i++) for (let j = 0; j < 6; j++) sums[rounding][6 * i + j] += (w[i] * w[j]) / draws;
      }
    }
    const anchored = correlationOf(weights, hidden, 'signs', 'anchored').values;
    anchored.forEach((value, at) => expect(Math.abs(value - sums.anchored[at])).toBeLessThan(0.02));
    // A plane through the sphere is one for all rows: a quadratic form is one neuron.
    const single = {...weights, layers: [{name: 'w', out: 1, in: 6}], rows: weights.rows.slice(0, 18)};
    const plane = correlationOf(single, blocksOf(single)[0], 'signs', 'plane').values;
    plane.forEach((value, at) => expect(Math.abs(value - sums.plane[at])).toBeLessThan(0.02));
  });

  it('of signs without means follow the arcsine, and are sure where the noise is nothing', () => {
    for (const rho of [-1, -0.99, -0.3, 0, 0.5, 0.9, 1]) {
      expect(meanSignProduct({mean: 0, spread: 1}, {mean: 0, spread: 1}, rho)).toBeCloseTo((2 / Math.PI) * Math.asin(rho), 9);
    }
    expect(meanSignProduct({mean: -1, spread: 0}, {mean: 1, spread: 0}, 0)).toBe(-1);
  });

  it('of rank 0 are products of means, whatever is compared', () => {
    const weights = weightsOf(0);
    const {values, size} = correlationOf(weights, blocksOf(weights)[1], 'signs', 'anchored');
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) expect(values[i * size + j]).toBe(i === j ? 1 : weights.rows[6 + i] * weights.rows[6 + j]);
  });

  it('name the strongest pairs first', () => {
    const weights = weightsOf(2);
    const [hidden] = blocksOf(weights);
    const correlation = correlationOf(weights, hidden, 'rows', 'anchored');
    const all: number[] = [];
    for (let i = 0; i < 6; i++) for (let j = 0; j < i; j++) all.push(Math.abs(correlation.values[6 * i + j]));
    const told = strongest(correlation, 5);
    expect(told.map(({value}) => Math.abs(value))).toEqual(all.sort((a, b) => b - a).slice(0, 5));
    for (const {i, j, value} of told) expect(correlation.values[6 * i + j]).toBe(value);
    expect(pairTable(correlation, hidden).rows()).toHaveLength(15);
  });

  it('are picked where they are drawn', () => {
    const square = squareIn(300, 200);
    expect(square.left + square.side).toBeLessThan(300);
    expect(pairAt(square, 4, square.left + 0.9 * square.side, square.top + 1)).toEqual([0, 3]);
    expect(pairAt(square, 4, square.left - 1, square.top + 1)).toBeNull();
    expect(pairAt(square, 4, square.left + 1, square.top + square.side + 1)).toBeNull();
  });
});

const CLOSED: Certificate = {
  scope: 'global', lower: 1, upper: 1, relativeGap: 0, patterns: 16, working: 1, neurons: 1, second: 1.5, rounds: 1, seconds: 0.1, closed: true, message: '',
};

describe('sampled losses', () => {
  it('are all in the histogram, which holds every mark', () => {
    const weights = weightsOf(2);
    const {histogram, marks} = lossesOf(weights, null);
    expect(marks.map(({name, value}) => [name, value])).toEqual([['sign(μ)', 2.5], ['mean', 2], ['best', 1]]);
    expect(histogram.counts.reduce((sum, many) => sum + many, 0)).toBe(4);
    for (const {value} of marks) {
      expect(value).toBeGreaterThan(histogram.scale.domain[0]);
      expect(value).toBeLessThan(histogram.scale.domain[1]);
    }
    expect(lossWords(weights, {histogram, marks})).toBe('J of 4 draws; 3 are below sign(μ) with 2.5; the best has 1.');
  });

  it('are compared to the optimum where it is proved, and only there', () => {
    const weights = weightsOf(2);
    expect(lossesOf(weights, CLOSED).marks.slice(3).map(({name, value}) => [name, value])).toEqual([['optimum', 1], ['next best', 1.5]]);
    expect(lossWords(weights, lossesOf(weights, CLOSED))).toMatch(/25\s% reach the optimum/);
    expect(lossesOf(weights, {...CLOSED, closed: false}).marks).toHaveLength(3);
    expect(lossesOf(weights, {...CLOSED, second: null}).marks).toHaveLength(4);
  });

  it('may be none', () => {
    const weights = {...weightsOf(0), sampled: new Float64Array()};
    const losses = lossesOf(weights, null);
    expect(losses.marks.map(({name}) => name)).toEqual(['sign(μ)', 'best']);
    expect(lossWords(weights, losses)).toBe('Nothing is drawn here: sign(μ) has J 2.5.');
  });
});

describe('tiles', () => {
  it('are as large as fits', () => {
    for (const [count, width, height, aspect] of [[32, 400, 250, 1], [10, 350, 500, 1], [1, 90, 40, 2], [7, 300, 60, 0.5]] as const) {
      const {columns, width: wide, height: tall} = tiling(count, width, height, aspect, 6);
      const rows = Math.ceil(count / columns);
      expect(columns * wide + (columns - 1) * 6).toBeLessThanOrEqual(width + 1e-9);
      expect(rows * tall + (rows - 1) * 6).toBeLessThanOrEqual(height + 1e-9);
      expect(wide / tall).toBeCloseTo(aspect, 12);
      // No number of columns has room for a taller tile.
      for (let other = 1; other <= count; other++) {
        const needed = Math.ceil(count / other);
        const fits = other * aspect * (tall + 0.01) + (other - 1) * 6 <= width && needed * (tall + 0.01) + (needed - 1) * 6 <= height;
        expect(fits).toBe(false);
      }
    }
  });

  it('are black, white, and grey where nothing is decided', () => {
    expect([greyOf(-1), greyOf(0), greyOf(1), greyOf(7)]).toEqual(['rgb(0 0 0)', 'rgb(128 128 128)', 'rgb(255 255 255)', 'rgb(255 255 255)']);
  });

  it('are told in signs', () => {
    const image = {width: 2, height: 2};
    const weights: BinaryWeights = {...weightsOf(0, [{name: 'hidden', out: 2, in: 4}]), rows: Float64Array.of(1, -1, 0, -0.2, -1, -1, 1, 1), image};
    const [block] = blocksOf(weights);
    expect([0, 1].map((neuron) => tileText(weights, block, neuron))).toEqual(['+− +−', '−− ++']);
    expect(tileTable(weights, block).rows().map(([neuron, signs]) => [neuron, signs])).toEqual([['1', '+− +−'], ['2', '−− ++']]);
  });
});

describe('tables', () => {
  it('list few weights one by one and many by layer', () => {
    expect(rowTable(weightsOf(2)).rows()).toHaveLength(10);
    const many = weightsOf(1, [{name: 'hidden', out: 10, in: 8}, {name: 'output', out: 1, in: 10}]);
    expect(rowTable(many).rows().map(([name, size]) => [name, size])).toEqual([['hidden', '10 × 8'], ['output', '1 × 10']]);
    const [hidden, output] = blocksOf(many);
    expect([weightName(hidden, 9), weightName(output, 9)]).toEqual(['neuron 2, input 2', 'w10']);
  });
});
