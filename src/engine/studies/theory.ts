import {checked} from '../../core/experiment.ts';
import {schemaOf, type ValuesOf} from '../../core/params.ts';
import {randomStream} from '../../core/random.ts';
import type {StudyCommand} from '../../core/study.ts';
import {type BatchCurve, type DeepLinearPicture, MODE_STRENGTHS, THEORY_PARAMS, THEORY_SUBJECTS, type TheoryPicture} from '../../core/theory.ts';
import {deepLinearRun, halfTime, saxeMode} from '../../numerics/theory/deepLinear.ts';
import {edgeRun, twins} from '../../numerics/theory/edgeOfStability.ts';
import {linearisedRun} from '../../numerics/theory/linearised.ts';
import {bestRate, harmonicQuadratic, PLAIN, type QuadraticMethod} from '../../numerics/theory/noisyQuadratic.ts';
import type {StudyServices} from './services.ts';

type TheoryCommand = Omit<Extract<StudyCommand, {readonly kind: 'theory'}>, 'kind'>;
type Params<S extends keyof typeof THEORY_PARAMS> = ValuesOf<(typeof THEORY_PARAMS)[S]>;

interface Told {
  readonly picture: (picture: TheoryPicture) => void;
  readonly progress: (share: number) => void;
}

/** Records along a run, for a chart. */
const RECORDS = 100;

/** Small models in float64 beside their closed forms. Settings are checked here, so that a page and a file are held to the same. */
export async function theoryStudy({settings: {subject, params}}: TheoryCommand, {emit}: StudyServices): Promise<void> {
  if (!THEORY_SUBJECTS.includes(subject)) return emit({type: 'refused', field: 'subject', message: `must be one of ${THEORY_SUBJECTS.join(', ')}`});
  const parsed = checked(schemaOf(THEORY_PARAMS[subject]), params, '');
  if (!parsed.ok) return emit({type: 'refused', ...parsed.error});
  const told: Told = {picture: (picture) => emit({type: 'theory', picture}), progress: (share) => emit({type: 'progress', share})};
  const values: unknown = parsed.value;
  switch (subject) {
    case 'noisyQuadratic':
      batchCurves(values as Params<'noisyQuadratic'>, told);
      break;
    case 'deepLinear':
      told.picture({subject, run: deepLinear(values as Params<'deepLinear'>)});
      break;
    case 'linearised': {
      const {width, seed, steps} = values as Params<'linearised'>;
      told.picture({subject, run: linearisedRun({width: Number(width), seed, steps, every: Math.ceil(steps / RECORDS)})});
      break;
    }
    case 'edge':
      await edge(values as Params<'edge'>, told);
  }
  emit({type: 'done'});
}

/** Batch sizes 4^0 to 4^8. */
const BATCHES: readonly number[] = Array.from({length: 9}, (_, i) => 4 ** i);

/** Large batches come first: they need the fewest steps, and so the least time. */
function batchCurves({dimension, momentum, power, share}: Params<'noisyQuadratic'>, {picture, progress}: Told): void {
  const model = harmonicQuadratic(dimension);
  const methods: readonly (readonly [BatchCurve['method'], QuadraticMethod])[] = [
    ['plain', PLAIN],
    ['momentum', {momentum, power: 0}],
    ['preconditioned', {momentum: 0, power}],
  ];
  let curves: readonly BatchCurve[] = methods.map(([method]) => ({method, batches: [], steps: [], rates: []}));
  for (const [i, batch] of BATCHES.toReversed().entries()) {
    curves = curves.map((curve, m) => {
      const {steps, rate} = bestRate(model, methods[m][1], batch, share);
      return {...curve, batches: [batch, ...curve.batches], steps: [steps, ...curve.steps], rates: [rate, ...curve.rates]};
    });
    picture({subject: 'noisyQuadratic', curves});
    progress((i + 1) / BATCHES.length);
  }
}

/**
 * After a balanced start the closed form is exact as the rate vanishes. After a random one it is the same sigmoid, moved to where the mode
 * had half its strength: of such a start only order and shape are predicted.
 */
function deepLinear({balanced, start, hidden, learningRate, steps, seed}: Params<'deepLinear'>): DeepLinearPicture {
  const strengths = MODE_STRENGTHS;
  const {times, modes, loss, halfTimes} = deepLinearRun({strengths, start, balanced, hidden, learningRate, steps}, randomStream(seed, 'deep linear'));
  const atStart = (s: number, i: number): number => (balanced ? start : s / (1 + Math.exp(2 * s * halfTimes[i])));
  return {
    strengths, times, modes, loss, halfTimes,
    exact: strengths.map((s, i) => times.map((t) => saxeMode(s, atStart(s, i), t))),
    exactHalfTimes: strengths.map((s) => (balanced ? halfTime(s, start) : Number.NaN)),
  };
}

/** The edge first; the twins, which need no curvature, after it. */
async function edge({learningRate, apart, steps, seed}: Params<'edge'>, {picture, progress}: Told): Promise<void> {
  const study = {learningRate, seed, steps, every: Math.ceil(steps / RECORDS)};
  const run = await edgeRun(study);
  picture({subject: 'edge', learningRate, run, twins: null});
  progress(0.6);
  // Twins of a run that diverges only leave the numbers.
  if (run.divergedAt === null) picture({subject: 'edge', learningRate, run, twins: twins(study, apart)});
}
