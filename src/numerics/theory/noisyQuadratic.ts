/**
 * The noisy quadratic model (Zhang et al., NeurIPS 2019; specification l): L = 1/2 sum_i h_i theta_i^2, whose gradients come with
 * independent noise of variance c_i / B. Expectations follow from recursions, without a random number.
 */
export interface NoisyQuadratic {
  /** h, positive. */
  readonly curvature: Float64Array;
  /** c: the variance of one sample's gradient in each direction. */
  readonly noise: Float64Array;
  /** E theta_i^2 at the start. */
  readonly start: Float64Array;
}

/** v <- mu v + g; theta <- theta - alpha h^(-power) v. Power 0 is plain, 1/2 the preconditioning of the study, 1 Newton's. */
export interface QuadraticMethod {
  readonly momentum: number;
  readonly power: number;
}

export const PLAIN: QuadraticMethod = {momentum: 0, power: 0};

/** h_i = 1/i, c = h, E theta^2 = 1: curvatures over d orders of magnitude, noise like the Fisher matrix. */
export function harmonicQuadratic(dimension: number): NoisyQuadratic {
  const curvature = Float64Array.from({length: dimension}, (_, i) => 1 / (i + 1));
  return {curvature, noise: curvature.slice(), start: new Float64Array(dimension).fill(1)};
}

/** Entries of an affine map of (E theta^2, E theta v, E v^2, 1): 3 rows of 4; the last row is (0, 0, 0, 1). */
const ENTRIES = 12;

/** One step in a direction of curvature h with noise s2 at rate a, as a map of its second moments. */
function stepMap(a: number, mu: number, h: number, s2: number): readonly number[] {
  const keep = 1 - a * h;
  return [
    keep * keep, -2 * keep * a * mu, a * a * mu * mu, a * a * s2,
    keep * h, keep * mu - a * mu * h, -a * mu * mu, -a * s2,
    h * h, 2 * mu * h, mu * mu, s2,
  ];
}

function stepMaps({curvature, noise}: NoisyQuadratic, {momentum, power}: QuadraticMethod, rate: number, batch: number): Float64Array {
  const maps = new Float64Array(ENTRIES * curvature.length);
  curvature.forEach((h, i) => maps.set(stepMap(rate * h ** -power, momentum, h, noise[i] / batch), ENTRIES * i));
  return maps;
}

/** The same map twice, for every direction. */
function squared(maps: Float64Array): Float64Array {
  const out = new Float64Array(maps.length);
  for (let at = 0; at < maps.length; at += ENTRIES) {
    for (let r = 0; r < ENTRIES; r += 4) {
      for (let c = 0; c < 4; c++) {
        let sum = c === 3 ? maps[at + r + 3] : 0;
        for (let k = 0; k < 3; k++) sum += maps[at + r + k] * maps[at + 4 * k + c];
        out[at + r + c] = sum;
      }
    }
  }
  return out;
}

/** Moments (three a direction) after the map. */
function applied(maps: Float64Array, moments: Float64Array): Float64Array {
  const out = new Float64Array(moments.length);
  for (let i = 0; 3 * i < moments.length; i++) {
    for (let r = 0; r < 3; r++) {
      const at = ENTRIES * i + 4 * r;
      out[3 * i + r] = maps[at] * moments[3 * i] + maps[at + 1] * moments[3 * i + 1] + maps[at + 2] * moments[3 * i + 2] + maps[at + 3];
    }
  }
  return out;
}

function startMoments({start}: NoisyQuadratic): Float64Array {
  const moments = new Float64Array(3 * start.length);
  start.forEach((value, i) => {
    moments[3 * i] = value;
  });
  return moments;
}

const lossOf = ({curvature}: NoisyQuadratic, moments: Float64Array): number => curvature.reduce((sum, h, i) => sum + 0.5 * h * moments[3 * i], 0);

/** Expected loss before the first step and after each of so many. */
export function expectedLosses(model: NoisyQuadratic, method: QuadraticMethod, rate: number, batch: number, steps: number): Float64Array {
  const maps = stepMaps(model, method, rate, batch);
  let moments = startMoments(model);
  return Float64Array.from({length: steps + 1}, (_, t) => {
    if (t > 0) moments = applied(maps, moments);
    return lossOf(model, moments);
  });
}

/** 2^24 steps are as good as never. */
const DOUBLINGS = 24;

/**
 * Steps until the expected loss is down to a share of its start; Infinity where it never is. Goes by powers of two: the last at
 * which the loss is still above brackets the answer, which halving then finds. In the bracket the loss is taken to cross once.
 */
export function stepsToShare(model: NoisyQuadratic, method: QuadraticMethod, rate: number, batch: number, share: number): number {
  const goal = share * lossOf(model, startMoments(model));
  const powers = [stepMaps(model, method, rate, batch)];
  const start = startMoments(model);
  for (let j = 0; ; j++) {
    const loss = lossOf(model, applied(powers[j], start));
    if (loss <= goal) break;
    if (j === DOUBLINGS || !Number.isFinite(loss)) return Number.POSITIVE_INFINITY;
    powers.push(squared(powers[j]));
  }
  let steps = 0;
  let moments = start;
  for (let j = powers.length - 2; j >= 0; j--) {
    const ahead = applied(powers[j], moments);
    if (lossOf(model, ahead) <= goal) continue;
    steps += 2 ** j;
    moments = ahead;
  }
  return steps + 1;
}

export interface BestRate {
  readonly rate: number;
  readonly steps: number;
}

/** Rates that are tried: a geometric grid, then finer ones about the best, down to a hundredth of a percent or so. */
const COARSE = {from: 1e-6, factor: 1.6, count: 36} as const;
const REFINEMENTS = 5;
const FINE = 4;

/** The learning rate that needs the fewest steps. */
export function bestRate(model: NoisyQuadratic, method: QuadraticMethod, batch: number, share: number): BestRate {
  const at = (rate: number): BestRate => ({rate, steps: stepsToShare(model, method, rate, batch, share)});
  const better = (a: BestRate, b: BestRate): BestRate => (b.steps < a.steps ? b : a);
  let factor: number = COARSE.factor;
  let best = Array.from({length: COARSE.count}, (_, i) => at(COARSE.from * factor ** i)).reduce(better);
  for (let pass = 0; pass < REFINEMENTS; pass++) {
    factor **= 1 / FINE;
    const centre = best.rate;
    for (let i = 1; i < FINE; i++) best = [at(centre * factor ** i), at(centre / factor ** i)].reduce(better, best);
  }
  return best;
}

/** Steps to a share of the start at the best rate of each batch size: the curve that bends where noise stops to rule. */
export const batchStudy = (model: NoisyQuadratic, method: QuadraticMethod, batches: readonly number[], share: number): readonly BestRate[] =>
  batches.map((batch) => bestRate(model, method, batch, share));
