import {describe, expect, it} from 'vitest';
import {randomStream} from '../../src/core/random.ts';
import {chebyshevTask, edgeRun, twins} from '../../src/numerics/theory/edgeOfStability.ts';
import {deepLinearRun, halfTime, saxeMode} from '../../src/numerics/theory/deepLinear.ts';
import {linearisedRun} from '../../src/numerics/theory/linearised.ts';
import {batchStudy, bestRate, expectedLosses, harmonicQuadratic, PLAIN, stepsToShare} from '../../src/numerics/theory/noisyQuadratic.ts';
import {outputsOf, squaredLoss, startWeights, tangentKernel, tangentsOf, type TanhNetwork, weightCount} from '../../src/numerics/theory/tanhNetwork.ts';

const SEEDS = [1, 2, 3];
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

describe('the noisy quadratic model (l)', () => {
  const model = harmonicQuadratic(1000);
  const momentum = {momentum: 0.9, power: 0};
  const preconditioned = {momentum: 0, power: 0.5};
  const within = (found: number, expected: number, share: number): void => expect(Math.abs(found / expected - 1)).toBeLessThanOrEqual(share);

  it('has the closed form of plain steps: E theta^2 goes to its floor at the rate (1 - alpha h)^2', () => {
    const small = harmonicQuadratic(7);
    const [rate, batch] = [0.3, 4];
    const closed = (t: number): number =>
      small.curvature.reduce((sum, h) => {
        const keep = (1 - rate * h) ** 2;
        const floor = (rate * rate * h) / batch / (1 - keep);
        return sum + 0.5 * h * (floor + keep ** t * (1 - floor));
      }, 0);
    expectedLosses(small, PLAIN, rate, batch, 50).forEach((loss, t) => expect(loss).toBeCloseTo(closed(t), 12));
  });

  it('has the mean over many noisy runs with momentum and preconditioning', () => {
    const small = harmonicQuadratic(3);
    const [rate, batch, steps, runs] = [0.2, 2, 30, 20000];
    const method = {momentum: 0.7, power: 0.5};
    const expected = expectedLosses(small, method, rate, batch, steps)[steps];
    const random = randomStream(5, 'runs');
    const losses = Array.from({length: runs}, () =>
      small.curvature.reduce((sum, h) => {
        // E theta^2 = 1 by a fair sign.
        let theta = random.uniform() < 0.5 ? -1 : 1;
        let v = 0;
        for (let t = 0; t < steps; t++) {
          v = method.momentum * v + h * theta + Math.sqrt(h / batch) * random.normal();
          theta -= rate * h ** -0.5 * v;
        }
        return sum + 0.5 * h * theta * theta;
      }, 0),
    );
    const mean = losses.reduce((sum, loss) => sum + loss / runs, 0);
    const error = Math.sqrt(losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / runs / runs);
    expect(Math.abs(mean - expected)).toBeLessThan(4 * error);
    expect(error).toBeLessThan(0.02 * expected);
  });

  it('needs 90628 steps at B = 1, 5843 at B = 16 (momentum 5646) and 451 at B = 16384, to 2 %', () => {
    const [one, sixteen, huge] = batchStudy(model, PLAIN, [1, 16, 16384], 0.01);
    within(one.steps, 90628, 0.02);
    within(sixteen.steps, 5843, 0.02);
    within(bestRate(model, momentum, 16, 0.01).steps, 5646, 0.02);
    within(huge.steps, 451, 0.02);
  });

  it('has the specification\'s large-batch numbers at its learning rates, and better ones beyond', () => {
    // Its grids ended at 1.9 without momentum and at 1 with it, where these are exact.
    expect(stepsToShare(model, PLAIN, 1.9, 16384, 0.01)).toBe(451);
    expect(stepsToShare(model, momentum, 1, 16384, 0.01)).toBe(84);
    expect(stepsToShare(model, preconditioned, 1.9, 16384, 0.01)).toBe(20);
    const fast = bestRate(model, momentum, 16384, 0.01);
    expect(fast.steps).toBeLessThan(84);
    expect(bestRate(model, preconditioned, 16384, 0.01).steps).toBeLessThanOrEqual(20);
    // The first step that gets there, by walking; momentum's loss need not fall all the way.
    const losses = expectedLosses(model, momentum, fast.rate, 16384, fast.steps);
    expect(losses.findIndex((loss) => loss <= 0.01 * losses[0])).toBe(fast.steps);
  });

  it('never gets there with steps that grow, or with a floor above the goal', () => {
    expect(stepsToShare(model, PLAIN, 2.1, 16384, 0.01)).toBe(Number.POSITIVE_INFINITY);
    expect(stepsToShare(model, PLAIN, 0.5, 1, 0.01)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('deep linear networks (m)', () => {
  const study = {strengths: [4, 2, 1, 0.5], start: 1e-3, balanced: true, hidden: 6, learningRate: 0.005, steps: 1400};

  it('follow the exact modes from a balanced start: half-times within 1 %', () => {
    const {times, modes, loss, halfTimes} = deepLinearRun(study, randomStream(1, 'deep'));
    study.strengths.forEach((s, i) => {
      expect(Math.abs(halfTimes[i] / halfTime(s, 1e-3) - 1)).toBeLessThan(0.01);
      // The specification's own run, to its digits.
      expect(Math.abs(halfTimes[i] / [1.045, 1.91, 3.46, 6.22][i] - 1)).toBeLessThan(0.002);
      const worst = modes[i].reduce((most, a, t) => Math.max(most, Math.abs(a - saxeMode(s, 1e-3, times[t]))), 0);
      expect(worst / s).toBeLessThan(0.02);
    });
    expect(loss[0]).toBeCloseTo(study.strengths.reduce((sum, s) => sum + 0.5 * (s - 1e-3) ** 2, 0), 10);
  });

  it('keep the order of the modes from small random starts', () => {
    for (const seed of SEEDS) {
      const {halfTimes} = deepLinearRun({...study, start: 0.02, balanced: false, steps: 2000}, randomStream(seed, 'deep'));
      expect([...halfTimes].sort((a, b) => a - b)).toEqual(halfTimes);
      expect(halfTimes.every(Number.isFinite)).toBe(true);
    }
  });

  it('say half-times that are never reached as such, and modes at late times without overflow', () => {
    expect(deepLinearRun({...study, steps: 3}, randomStream(1, 'deep')).halfTimes).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(saxeMode(4, 1e-3, 1e6)).toBe(4);
    expect(saxeMode(2, 1e-3, halfTime(2, 1e-3))).toBeCloseTo(1, 12);
  });
});

describe('the tanh network in float64', () => {
  const networks: readonly TanhNetwork[] = [
    {sizes: [2, 5, 4, 1], gain: 1.5, biases: true, scaling: 'forward'},
    {sizes: [3, 6, 1], gain: 1, biases: false, scaling: 'start'},
  ];

  it.each(networks)('with $sizes has the gradient and tangent kernel of central differences', (network) => {
    const random = randomStream(2, 'tanh');
    const [d] = network.sizes;
    const inputs = {n: 3, x: Float64Array.from({length: 3 * d}, () => random.normal())};
    const y = Float64Array.from({length: 3}, () => random.normal());
    const w = startWeights(network, random);
    expect(w.length).toBe(weightCount(network));
    const h = 1e-6;
    const moved = (at: number, by: number): Float64Array => w.map((x, i) => (i === at ? x + by : x));
    const {gradient} = squaredLoss(network, w, inputs, y, 0.7);
    const slopes = Array.from(w, (_, at) => Array.from(outputsOf(network, moved(at, h), inputs), (f, i) => (f - outputsOf(network, moved(at, -h), inputs)[i]) / (2 * h)));
    slopes.forEach((_, at) => {
      expect(gradient[at]).toBeCloseTo((squaredLoss(network, moved(at, h), inputs, y, 0.7).loss - squaredLoss(network, moved(at, -h), inputs, y, 0.7).loss) / (2 * h), 7);
    });
    const tangents = tangentsOf(network, w, inputs);
    tangentKernel(network, tangents, tangents).forEach((value, at) => {
      const [i, j] = [Math.floor(at / 3), at % 3];
      expect(value).toBeCloseTo(slopes.reduce((sum, slope) => sum + slope[i] * slope[j], 0), 6);
    });
  });
});

describe('training beside its linearisation (n)', () => {
  it('comes closer as the network gets wider, with the specification\'s gaps and drifts', () => {
    const ends = (width: number) => SEEDS.map((seed) => linearisedRun({width, seed, steps: 500, every: 500}).records[1]);
    const [narrow, middle, wide] = [16, 32, 64].map(ends);
    const gaps = [narrow, middle, wide].map((records) => median(records.map(({gap}) => gap)));
    const drifts = [narrow, middle, wide].map((records) => median(records.map(({drift}) => drift)));
    [0.141, 0.079, 0.033].forEach((gap, i) => {
      expect(gaps[i]).toBeGreaterThan(gap / 2);
      expect(gaps[i]).toBeLessThan(2 * gap);
    });
    expect(Math.abs(drifts[0] / 0.51 - 1)).toBeLessThan(0.3);
    expect(drifts[1] / drifts[0]).toBeLessThan(0.75);
    expect(drifts[2] / drifts[1]).toBeLessThan(0.75);
    for (const {loss} of [...narrow, ...middle, ...wide]) expect(loss).toBeLessThan(0.01);
  });

  it('starts from the same function, and its prediction is gradient descent on a model linear in its weights', () => {
    const {records, learningRate, eigenvalues, targets, trainAngles, gridAngles} = linearisedRun({width: 8, seed: 4, steps: 40, every: 20});
    expect(records.map(({step}) => step)).toEqual([0, 20, 40]);
    expect(records[0]).toMatchObject({gap: 0, drift: 0});
    expect(learningRate * eigenvalues[0]).toBeCloseTo(1, 14);
    // Descent on the residuals themselves, with the kernel of the same start, on training points and grid together.
    const network: TanhNetwork = {sizes: [3, 8, 8, 1], gain: 1.5, biases: false, scaling: 'forward'};
    const w = startWeights(network, randomStream(4, 'linearised', 8));
    const points = (angles: Float64Array) => ({n: angles.length, x: Float64Array.from(Array.from(angles).flatMap((a) => [Math.cos(a), Math.sin(a), 1]))});
    const train = tangentsOf(network, w, points(trainAngles));
    const own = tangentKernel(network, train, train);
    const cross = tangentKernel(network, tangentsOf(network, w, points(gridAngles)), train);
    let f = outputsOf(network, w, points(trainAngles));
    let grid = outputsOf(network, w, points(gridAngles));
    for (let t = 0; t < 40; t++) {
      const residual = f.map((value, i) => value - targets[i]);
      const step = (kernel: Float64Array, i: number): number => learningRate * residual.reduce((sum, r, j) => sum + kernel[i * 10 + j] * r, 0);
      grid = grid.map((value, i) => value - step(cross, i));
      f = f.map((value, i) => value - step(own, i));
    }
    records[2].linear.forEach((value, i) => expect(value).toBeCloseTo(grid[i], 9));
  });
});

describe('the edge of stability (o)', () => {
  const study = {steps: 2000, every: 200};

  it('is where sharpness settles at 0.1 and 0.2, and stays below at 0.05', async () => {
    const share = async (learningRate: number): Promise<number> => {
      const shares: number[] = [];
      for (const seed of SEEDS) shares.push((await edgeRun({...study, learningRate, seed})).meanShare);
      return median(shares);
    };
    const [low, middle, high] = [await share(0.05), await share(0.1), await share(0.2)];
    expect(Math.abs(low - 0.72)).toBeLessThan(0.15);
    for (const one of [middle, high]) {
      expect(one).toBeGreaterThanOrEqual(0.95);
      expect(one).toBeLessThanOrEqual(1.1);
    }
  });

  it('tells a run that diverges', async () => {
    const {divergedAt, meanShare, loss} = await edgeRun({...study, learningRate: 3, seed: 1});
    expect(divergedAt).toBeLessThan(100);
    expect(meanShare).toBeNaN();
    expect(loss.every(Number.isFinite)).toBe(true);
  });

  it('drives twins apart at 0.2 but not at 0.05', () => {
    const growth = (learningRate: number): number => median(SEEDS.map((seed) => twins({steps: 2000, every: 2000, learningRate, seed}, 1e-4).growth));
    const [calm, chaotic] = [growth(0.05), growth(0.2)];
    expect(calm).toBeGreaterThan(1);
    expect(calm).toBeLessThan(2);
    expect(chaotic).toBeGreaterThan(100);
  });

  it('trains on Chebyshev\'s polynomial', () => {
    const {inputs, y} = chebyshevTask();
    expect([inputs.n, inputs.x[0], inputs.x[19]]).toEqual([20, -1, 1]);
    inputs.x.forEach((x, i) => expect(y[i]).toBeCloseTo(Math.cos(3 * Math.acos(x)), 12));
  });
});
