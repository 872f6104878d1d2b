import type {Curvature, GradientCheck, GradientNoise, Spectrum} from '../../core/curvature.ts';
import {count, measured, number, percent} from '../format.ts';

/** Slopes from here on are those of a right gradient; up to there, of a wrong one. */
const RIGHT = 1.8;
const WRONG = 1.2;
/** A gradient that is off by less than this at the best step may be right where the slope is no more than bent. */
const CLOSE = 0.01;
/** One that is off by less than this is right, whatever kinks and rounding do to the slope. */
const VERY_CLOSE = 1e-4;

export type Verdict = 'right' | 'kinked' | 'wrong' | 'flat';

export function verdictOf({slope, mismatch}: Pick<GradientCheck, 'slope' | 'mismatch'>): Verdict {
  if (Number.isNaN(slope)) return 'flat';
  if (slope >= RIGHT) return 'right';
  return mismatch < VERY_CLOSE || (mismatch < CLOSE && slope > WRONG) ? 'kinked' : 'wrong';
}

/** What a check says of the gradient. */
export function checkWords(check: GradientCheck): string {
  const {slope, mismatch, fixed} = check;
  const held = fixed.length > 0 ? ` Not moved: ${fixed.join(', ')}.` : '';
  const off = Number.isNaN(mismatch) ? '' : ` At the best step it is off by ${mismatch < VERY_CLOSE ? `less than ${percent(VERY_CLOSE)}` : `${percent(mismatch, 2)} at most`}.`;
  switch (verdictOf(check)) {
    case 'right':
      return `Slope ${measured(slope, 3)}: the error falls with the square of the step, so this is the gradient of J.${held}`;
    case 'kinked':
      return `Slope ${measured(slope, 3)}, less than 2, as where steps cross kinks (a ReLU that switches) or single precision shows.${off} So this is the gradient of J, away from kinks.${held}`;
    case 'flat':
      return `J is linear along this direction up to rounding (of its gradient in single precision, too), so that no slope can be fitted.${off}${held}`;
    case 'wrong': {
      const pace = slope <= WRONG ? 'no faster than the step' : 'more slowly than the square of the step';
      const share = Number.isNaN(mismatch) ? '' : ` It is off by about ${percent(mismatch, 2)}.`;
      return `Slope ${measured(slope, 3)}: the error falls ${pace}, so this is not the gradient of J.${share} That is meant where steps follow a stand-in (straight-through at a threshold, clean samples in place of attacked ones); anywhere else it is a fault.${held}`;
    }
  }
}

/** What the gradient's noise means for a batch size. */
export function noiseWords({scale}: GradientNoise, trainCount: number): string {
  if (!Number.isFinite(scale)) return 'The full gradient is zero here: a mini-batch sees nothing but noise.';
  const samples = Math.max(1, Math.round(scale));
  if (scale >= trainCount) return `Noise scale ${number(scale, 3)}, more than the ${count(trainCount)} training samples: in any mini-batch noise outweighs the gradient, so averaging more samples still pays.`;
  return `Noise scale ${number(scale, 3)}: in a batch of ${count(samples)} noise and gradient are equal. Much smaller batches mostly follow noise, much larger ones gain little a sample.`;
}

/** What differences of float32 gradients leave of any eigenvalue, as a share of the largest. */
const ROUNDING = 1e-4;
const EXACT = '(exact)';

/** Rows of what was measured: a name, a value, and how sure it is. */
export function curvatureRows({exact, largest, smallest, spectrum, noise, dimension, gradients}: Curvature): readonly (readonly [string, string, string])[] {
  const doubt = (bound: number): string => (exact ? EXACT : `± ${number(Math.max(bound, ROUNDING * Math.abs(largest[0].value)), 2)}`);
  const traceDoubt = ({trace, probes}: Spectrum): string => (exact ? EXACT : `± ${number(trace.error, 2)} (standard error, ${probes} probes)`);
  const eigenvalues = largest.map(({value, bound}, i): readonly [string, string, string] => [`λ${'₁₂₃₄₅'[i] ?? ''}`, measured(value), doubt(bound)]);
  return [
    ...eigenvalues,
    ['λₘᵢₙ', measured(smallest.value), doubt(smallest.bound)],
    ...(spectrum ? [['trace', measured(spectrum.trace.value), traceDoubt(spectrum)] as const] : []),
    ...(noise ? [['tr Σ', measured(noise.trace.value), `± ${number(noise.trace.error, 2)} (standard error)`] as const, ['|g|²', measured(noise.gradientSquared), ''] as const, ['noise scale', measured(noise.scale), 'samples'] as const] : []),
    ['weights', count(dimension), ''],
    ['gradients', count(gradients), 'of the full data, spent on this'],
  ];
}
