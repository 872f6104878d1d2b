import {isFullBatch, type PreparedData} from '../core/data.ts';
import type {Contestant, Experiment} from '../core/experiment.ts';
import type {Acceleration, MomentumEntrant, MomentumOverlay, MomentumPlace} from '../core/momentumOverlay.ts';
import {type QuadraticForm, quadraticForm} from '../numerics/surface/quadratic.ts';
import {surfaceOf} from '../numerics/surface/surface.ts';
import {bestTuning, modesOf, momentumMap, quadraticAfter, stableBelow} from '../numerics/theory/momentum.ts';
import {expectedLosses} from '../numerics/theory/noisyQuadratic.ts';

/** Methods that are linear maps on a quadratic. */
const KINDS: Readonly<Record<string, Acceleration>> = {sgd: 'heavy ball', momentum: 'heavy ball', nesterov: 'nesterov'};

const LARGEST_A = 4;
const COLUMNS = 121;
const ROWS = 61;
const LARGEST_MOMENTUM = 0.999;
/** Places of a predicted curve. */
const CURVE_POINTS = 200;
/** A curve by recursion is not followed further than this. */
const LONGEST = 100_000;

/**
 * What theory says of the contestants on a surface that is a quadratic; null where it is none. Without noise J is exact; with it, it is
 * the expectation over independent batches, which those of an epoch are not quite.
 */
export function momentumOverlay({contestants, budget}: Experiment, data: PreparedData): MomentumOverlay | null {
  const form = data.surface && quadraticForm(surfaceOf(data.surface.expression));
  if (!form) return null;
  const aValues = Float64Array.from({length: COLUMNS}, (_, i) => (LARGEST_A * i) / (COLUMNS - 1));
  const momenta = Float64Array.from({length: ROWS}, (_, i) => (LARGEST_MOMENTUM * i) / (ROWS - 1));
  const steps = Math.min(LONGEST, budget.axis === 'iterations' ? budget.amount : CURVE_POINTS);
  return {
    aValues,
    momenta,
    maps: {'heavy ball': momentumMap('heavy ball', aValues, momenta), nesterov: momentumMap('nesterov', aValues, momenta)},
    entrants: contestants.flatMap((one, index) => entrantOf(one, index, form, data, steps) ?? []),
  };
}

function entrantOf({solver: {id, params}, model}: Contestant, contestant: number, form: QuadraticForm, data: PreparedData, steps: number): MomentumEntrant | null {
  const kind = KINDS[id];
  if (!kind || params.schedule !== 'constant' || params.perpGrad !== 'off') return null;
  const {curvatures: [most, least], axes, centre} = form;
  const [rate, momentum] = [Number(params.learningRate), Number(params.momentum ?? 0)];
  const away = [Number(model.startX) - centre[0], Number(model.startY) - centre[1]];
  return {
    contestant,
    kind,
    learningRate: rate,
    momentum,
    places: form.curvatures.map((curvature) => placeOf(kind, rate, momentum, curvature)),
    stableBelow: most > 0 ? stableBelow(kind, momentum) / most : Number.POSITIVE_INFINITY,
    best: least > 0 ? bestTuning(id === 'sgd' ? 'gradient descent' : kind, least, most) : null,
    curve: curveOf(kind, rate, momentum, axes.map(([x, y]) => x * away[0] + y * away[1]), form, noiseOf(form, data, Number(params.batchSize)), steps),
  };
}

function placeOf(kind: Acceleration, rate: number, momentum: number, curvature: number): MomentumPlace {
  const a = rate * curvature;
  const {radius, motion} = modesOf(kind, a, momentum);
  return {curvature, a, radius, motion};
}

/** Variance of a batch's gradient along each axis. */
function noiseOf({axes}: QuadraticForm, {train: {n, x}, d}: PreparedData, batchSize: number): readonly number[] {
  const full = isFullBatch(batchSize, n);
  return axes.map(([p, q]) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (p * x[i * d] + q * x[i * d + 1]) ** 2;
    return full ? 0 : sum / n / batchSize;
  });
}

function curveOf(
  kind: Acceleration, rate: number, momentum: number, start: readonly number[], {curvatures, floor}: QuadraticForm, noise: readonly number[], steps: number,
): MomentumEntrant['curve'] {
  const places = new Set(Array.from({length: CURVE_POINTS + 1}, (_, i) => Math.round((steps * i) / CURVE_POINTS)));
  const iterations = Int32Array.from(places);
  if (noise.every((variance) => variance === 0)) {
    return {iterations, objective: Float64Array.from(iterations, (t) => floor + quadraticAfter(kind, curvatures, start, rate, momentum, t))};
  }
  if (kind === 'nesterov' || curvatures[1] <= 0) return null;
  const model = {curvature: Float64Array.from(curvatures), noise: Float64Array.from(noise), start: Float64Array.from(start, (one) => one * one)};
  const expected = expectedLosses(model, {momentum, power: 0}, rate, 1, steps);
  return {iterations, objective: Float64Array.from(iterations, (t) => floor + expected[t])};
}
