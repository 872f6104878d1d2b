import type {CertifiedInterval, Certifier, CertifierInput} from '../../core/certificate.ts';
import type {Experiment} from '../../core/experiment.ts';
import type {Certificate, StudyCommand} from '../../core/study.ts';
import {loadCertifier} from '../hostPlugins.ts';
import {messageOf, type StudyServices} from './services.ts';

type CertificateCommand = Extract<StudyCommand, {readonly kind: 'certificate'}>;

/** How far lower may lie above upper in relative terms: both are sums in float64. */
const ROUNDING = 1e-9;
/** Gaps below this may be what float64 leaves; a wider one is the method's own. */
const FINEST = 1e-7;

const CLOSED = {
  global: 'Proved: no network of this kind, of any width, has a smaller J.',
  'sampled programme': 'Proved for the sampled patterns only: no network that they can express has a smaller J. Other networks may.',
} as const;

/**
 * The patterns that the first contestant samples, which a certificate is about where there are too many to look at
 * all of them: convex ADMM with sampled patterns, which `automatic` means for inputs of one or two dimensions, or the
 * threshold LASSO, for which it means the opposite.
 * @param d columns of the data, the constant included
 */
export function sampleOf({contestants, seed}: Experiment, d: number): CertifierInput['sample'] {
  const sampler = contestants.find(({solver: {id, params}}) => {
    const given = Array.isArray(params.gates) && params.gates.length > 0;
    const automatic = id === 'convex-admm' ? d <= 3 : d > 3;
    return (id === 'convex-admm' || id === 'threshold-lasso') && !given && (params.source === 'sampled' || (params.source === 'automatic' && automatic));
  });
  return sampler ? {patterns: Number(sampler.solver.params.patterns), seed} : null;
}

/** Narrows the certified interval of an experiment's optimum until it is closed; see `prove`. */
export async function certificateStudy(
  {experiment, tolerance}: Pick<CertificateCommand, 'experiment' | 'tolerance'>,
  services: StudyServices,
  limitSeconds = Number.POSITIVE_INFINITY,
): Promise<void> {
  const {emit} = services;
  const from = services.clock();
  const side = await loadCertifier(experiment, services.readFile);
  if (!side.ok) return emit({type: 'refused', ...side.error});
  try {
    const certifier = side.value.certify(experiment.problem.params, sampleOf(experiment, side.value.data.d));
    if (!certifier.ok) return emit({type: 'refused', ...certifier.error});
    prove(certifier.value, services, {tolerance, limitSeconds, from});
  } catch (error) {
    emit({type: 'refused', field: 'certificate', message: `could not be begun: ${messageOf(error)}`});
  }
}

interface Terms {
  readonly tolerance: number;
  readonly limitSeconds: number;
  /** When the study began, on the services' clock. */
  readonly from: number;
}

/**
 * Round after round until the interval is closed, can't be narrowed, or time is up. Each round is told, with the
 * network whenever the upper bound has come down. An error in the first round refuses; a later one ends the study with
 * the interval that stands.
 */
export function prove(certifier: Certifier, {emit, clock}: Pick<StudyServices, 'emit' | 'clock'>, terms: Terms): void {
  let last: Certificate | null = null;
  for (let round = 1; ; round++) {
    let interval: CertifiedInterval;
    let network = null;
    try {
      interval = sound(certifier.advance());
      if (!last || interval.upper < last.upper) network = certifier.network();
    } catch (error) {
      const reason = messageOf(error);
      if (!last) return emit({type: 'refused', field: 'certificate', message: `could not be computed: ${reason}`});
      const message = `Stopped by an error after round ${last.rounds} (${reason}). The interval until then is proved.`;
      emit({type: 'certificate', certificate: {...last, message}, network: null});
      return emit({type: 'done'});
    }
    const seconds = (clock() - terms.from) / 1000;
    const stop = stopping(interval, certifier, terms, seconds);
    last = certificateOf(interval, certifier, round, seconds, terms.tolerance, stop ?? `Round ${round}: the interval is still being narrowed.`);
    emit({type: 'certificate', certificate: last, network});
    if (stop !== null) return emit({type: 'done'});
    emit({type: 'progress', share: shareOf(interval.relativeGap, terms.tolerance)});
  }
}

/** Why this is the last round, in words, or null. */
function stopping({relativeGap, improvable}: CertifiedInterval, {scope, claim, remainder}: Certifier, {tolerance, limitSeconds}: Terms, seconds: number): string | null {
  if (relativeGap <= tolerance) return claim ?? CLOSED[scope];
  if (!improvable) return remainder ?? `${relativeGap < FINEST ? 'As narrow as double precision allows on these data.' : 'The method got no further.'} The interval is proved.`;
  return seconds >= limitSeconds ? `Stopped after ${Math.round(seconds)} s. The interval is proved, and more time could narrow it.` : null;
}

/** A wrong interval must never be shown as a proof. */
function sound(interval: CertifiedInterval): CertifiedInterval {
  const {lower, upper, relativeGap} = interval;
  const ordered = lower <= upper + ROUNDING * Math.abs(upper);
  if (!ordered || ![lower, upper, relativeGap].every(Number.isFinite)) throw new Error(`the bounds ${lower} and ${upper} contradict each other`);
  return interval;
}

function certificateOf(interval: CertifiedInterval, {scope}: Certifier, rounds: number, seconds: number, tolerance: number, message: string): Certificate {
  const {lower, upper, relativeGap, patterns, working, neurons} = interval;
  return {scope, lower, upper, relativeGap, patterns, working, neurons, second: interval.second ?? null, rounds, seconds, closed: relativeGap <= tolerance, message};
}

/** How far the gap has come on its way from 1 down to the tolerance, in digits. */
const shareOf = (gap: number, tolerance: number): number => Math.max(0, Math.min(1, Math.log(gap) / Math.log(tolerance)));
