import type {CertificateScope} from '../../core/certificate.ts';
import type {BudgetAxis, ChartMetric, Colour, Experiment} from '../../core/experiment.ts';
import type {RunStatus, RunView} from '../../state/types.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Series {
  readonly index: number;
  readonly name: string;
  readonly colour: Colour;
  readonly status: RunStatus;
  /** All drawable records, for reading values. */
  readonly points: readonly Point[];
  /** What is drawn: at most MOST_POINTS, extremes kept. */
  readonly drawn: readonly Point[];
  /** Where J is drawn and the contestant proves a lower bound as it goes: that bound, rising. */
  readonly bound: readonly Point[];
}

export interface Scale {
  readonly log: boolean;
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
}

const MOST_POINTS = 200;

/** Lower bounds are thin and dotted, in the contestant's colour. */
export const BOUND_DASH = '1 3';

/** Keeps the lowest and the highest point of each of equally many-recorded stretches, in order, and both ends. */
export function decimate(points: readonly Point[], most = MOST_POINTS): readonly Point[] {
  if (points.length <= most) return points;
  const stretches = Math.floor((most - 2) / 2);
  const kept: Point[] = [points[0]];
  for (let s = 0; s < stretches; s++) {
    const from = 1 + Math.floor((s * (points.length - 2)) / stretches);
    const to = 1 + Math.floor(((s + 1) * (points.length - 2)) / stretches);
    let low = from;
    let high = from;
    for (let i = from; i < to; i++) {
      if (points[i].y < points[low].y) low = i;
      if (points[i].y > points[high].y) high = i;
    }
    kept.push(points[Math.min(low, high)]);
    if (low !== high) kept.push(points[Math.max(low, high)]);
  }
  return [...kept, points[points.length - 1]];
}

function pointsOf(run: RunView | undefined, metric: ChartMetric, axis: BudgetAxis, logX: boolean, logY: boolean): Point[] {
  const xs = run?.history[axis] ?? [];
  const ys = run?.history.metrics[metric] ?? [];
  const points: Point[] = [];
  for (let i = 0; i < xs.length; i++) {
    const [x, y] = [xs[i], ys[i]];
    if (Number.isFinite(x) && Number.isFinite(y) && (!logX || x > 0) && (!logY || y > 0)) points.push({x, y});
  }
  return points;
}

export function seriesOf(experiment: Experiment, runs: readonly RunView[]): readonly Series[] {
  const {metric, axis, logX, logY} = experiment.view;
  return experiment.contestants.map(({name, colour}, index) => {
    const run = runs.at(index);
    const points = pointsOf(run, metric, axis, logX, logY);
    const bound = metric === 'objective' ? pointsOf(run, 'lowerBound', axis, logX, logY) : [];
    return {index, name, colour, status: run?.status ?? 'preparing', points, drawn: decimate(points), bound};
  });
}

/** Accuracies and coefficients of determination: at most 1. */
export const isScore = (metric: ChartMetric): boolean => metric.endsWith('Score');

/** Shares of one, written as per cent. */
export const isShare = (metric: ChartMetric): boolean => metric === 'collapsed';

/** Quantities that may be zero or negative, so that a log axis would leave out what matters. */
export const isLinear = (metric: ChartMetric): boolean => isShare(metric) || metric === 'alignment';

/** Whether J has been negative, as that of a surface can be: a log axis would leave out the best of it. */
export const isNegative = (metric: ChartMetric, runs: readonly RunView[]): boolean =>
  metric === 'objective' && runs.some((run) => run.history.metrics.objective?.some((value) => value < 0));

const isAtMostOne = (metric: ChartMetric): boolean => isScore(metric) || isLinear(metric);

/**
 * The values to make room for. A run that explodes must not flatten the others: of a diverged one
 * only what lies near the lowest start counts (three decades on a log axis), and of a score only
 * what lies above -1.
 */
function yExtent(series: readonly Series[], metric: ChartMetric, logY: boolean): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const starts = series.flatMap(({points}) => points.slice(0, 1).map((point) => Math.abs(point.y)));
  for (const {points, status, bound} of series) {
    low = Math.min(low, roomFor(points, bound, logY));
    const ceiling = status === 'diverged' && !isScore(metric) ? Math.min(...starts) * (logY ? 1000 : 10) : Number.POSITIVE_INFINITY;
    const floor = isScore(metric) ? -1 : Number.NEGATIVE_INFINITY;
    for (const {y} of points) {
      low = Math.min(low, Math.max(y, floor));
      high = Math.max(high, Math.min(y, ceiling));
    }
  }
  return [low, high];
}

/** Lower bounds begin far below and rise: what they come to needs room, as far as it is not out of all proportion. */
function roomFor(points: readonly Point[], bound: readonly Point[], logY: boolean): number {
  const proved = bound.at(-1);
  if (!proved || points.length === 0) return Number.POSITIVE_INFINITY;
  const lowest = points.reduce((least, {y}) => Math.min(least, y), Number.POSITIVE_INFINITY);
  const reach = Math.max(Math.abs(lowest), points[0].y - lowest);
  return Math.max(proved.y, logY ? lowest / DEEPEST : lowest - reach);
}

function linearTicks(low: number, high: number, about: number): number[] {
  const raw = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((digit) => digit * power).find((one) => one >= raw) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({length: last - first + 1}, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Powers of ten, with their threefolds (or all digits) where the range is narrow. */
function logTicks(low: number, high: number, about: number): number[] {
  const decades = Math.log10(high / low);
  const stride = Math.max(1, Math.ceil(decades / about));
  const digits = decades > about / 2 ? [1] : decades > 1 ? [1, 3] : [1, 1.5, 2, 3, 4, 5, 7];
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent++) {
    if (digits.length === 1 && exponent % stride !== 0) continue;
    for (const digit of digits) ticks.push(Number(`${digit}e${exponent}`));
  }
  const inside = ticks.filter((tick) => tick >= low * 0.999999 && tick <= high * 1.000001);
  return inside.length >= 2 ? inside : linearTicks(low, high, 4).filter((tick) => tick > 0);
}

/** A scale with ticks at round numbers, about so many. */
export function scaleOf(low: number, high: number, log: boolean, about: number): Scale {
  const ticks = log ? logTicks(low, high, about) : linearTicks(low, high, about);
  return {log, domain: [low, high], ticks};
}

export function xScaleOf(series: readonly Pick<Series, 'points'>[], experiment: Experiment): Scale {
  const {axis, logX} = experiment.view;
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const {points} of series) {
    if (points.length === 0) continue;
    low = Math.min(low, points[0].x);
    high = Math.max(high, points[points.length - 1].x);
  }
  const {budget} = experiment;
  if (axis === budget.axis) high = Math.max(high, budget.amount);
  if (high <= 0) high = 1;
  const start = logX ? Math.min(Number.isFinite(low) ? low : high / 1000, high / 10) : 0;
  return scaleOf(start, high, logX, 8);
}

/** An interval to make room for beneath the curves. */
export interface Floor {
  readonly lower: number;
  readonly upper: number;
  readonly scope: CertificateScope;
}

/** On a log axis a lower bound far below (or at zero) is drawn as reaching the bottom, this far below the upper one. */
const DEEPEST = 30;
const MARGIN = 0.06;
/** A global optimum has its name written beneath it. */
const FLOOR_MARGIN = 0.17;

/** The range of the curves, widened to hold the floor. */
function withFloor([low, high]: readonly [number, number], floor: Floor | null, logY: boolean): readonly [number, number] {
  if (!floor || (logY && floor.upper <= 0)) return [low, high];
  const bottom = logY ? Math.max(floor.lower, floor.upper / DEEPEST) : floor.lower;
  return [Math.min(low, bottom), Math.max(high, floor.upper)];
}

export function yScaleOf(series: readonly Series[], {metric, logY}: Experiment['view'], floor: Floor | null = null): Scale {
  const [low, high] = withFloor(yExtent(series, metric, logY), floor, logY);
  const ground = floor?.scope === 'global';
  if (!(low <= high)) return logY ? scaleOf(0.1, 10, true, 6) : scaleOf(0, 1, false, 6);
  if (logY) {
    const margin = Math.max((high / low) ** MARGIN, 1.05);
    const beneath = ground ? Math.max((high / low) ** FLOOR_MARGIN, 1.2) : margin;
    return scaleOf(low / beneath, high * margin, true, 6);
  }
  const span = high - low || Math.abs(high) || 1;
  const margin = span * MARGIN;
  const top = isAtMostOne(metric) ? Math.min(high + margin, 1) : high + margin;
  if (ground) return scaleOf(low - span * FLOOR_MARGIN, top, false, 6);
  const bottom = isScore(metric) || low < 0 ? low - margin : Math.max(0, low - margin);
  return scaleOf(bottom, top, false, 6);
}

/** Where a value stands on a scale, 0..1 from end to end. */
export const shareOf = ({log, domain: [low, high]}: Scale, value: number): number =>
  log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
/** The value at a place 0..1 of a scale. */
export const valueAt = ({log, domain: [low, high]}: Scale, share: number): number =>
  log ? low * (high / low) ** share : low + share * (high - low);

/** The record nearest to x, or undefined where a series has none. */
export function nearest(points: readonly Point[], x: number): Point | undefined {
  let low = 0;
  let high = points.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle].x <= x) low = middle;
    else high = middle;
  }
  if (points.length === 0) return undefined;
  return Math.abs(points[high].x - x) < Math.abs(points[low].x - x) ? points[high] : points[low];
}

/** A bound stands until a better one is found; before the first there is none. */
export const standing = (bound: readonly Point[], x: number): Point | undefined => bound.findLast((point) => point.x <= x);
