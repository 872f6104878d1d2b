import type {ChartMetric, Experiment} from '../../core/experiment.ts';
import type {CertificateScope} from '../../core/certificate.ts';
import type {Certificate} from '../../core/study.ts';
import {optimumMeaning, optimumName, provedDigits} from '../../state/certified.ts';
import type {CertificateView} from '../../state/types.ts';
import {count, measured, percent, seconds} from '../format.ts';

/** What the chart draws of a certificate, and its words. */
export interface Optimum {
  readonly scope: CertificateScope;
  readonly lower: number;
  readonly upper: number;
  /** The next best value, where all values are known. */
  readonly second: number | null;
  readonly name: string;
  /** The number where it is narrowed down to one, else both ends. */
  readonly value: string;
  readonly meaning: string;
  /** Both, as they stand on the chart. */
  readonly label: string;
}

/** What the thin line above a known optimum is called. */
export const SECOND_NAME = 'next best value';

/** Below this gap the two bounds are one number to the reader. */
const ONE_NUMBER = 1e-3;

const isNarrow = ({relativeGap}: Certificate): boolean => relativeGap <= ONE_NUMBER;

export function optimumValue(certificate: Certificate): string {
  const {lower, upper} = certificate;
  return isNarrow(certificate) ? measured(upper, provedDigits(certificate)) : `${measured(lower)} to ${measured(upper)}`;
}

/** J of one network or several, all of which the optimum bounds. */
const BOUNDED: readonly ChartMetric[] = ['objective', 'bestObjective', 'expectedObjective'];

/** Other quantities have no optimum to compare with. */
export function optimumOf(experiment: Experiment, {certificate}: CertificateView): Optimum | null {
  if (!experiment.certificate || !certificate || !BOUNDED.includes(experiment.view.metric)) return null;
  const {scope, lower, upper, second} = certificate;
  const [name, value] = [optimumName(certificate), optimumValue(certificate)];
  const label = isNarrow(certificate) ? `${name} ${value}` : `${name}: between ${measured(lower)} and ${measured(upper)} so far`;
  return {scope, lower, upper, second, name, value, label, meaning: optimumMeaning(certificate, experiment)};
}

/** How a certificate stands, in a few words: "gap 0.02 %, 1562 patterns, 3 rounds, 1.3 s". @param counted what its work is counted in */
export function standingOf({certificate, status, reason}: CertificateView, counted: string): string {
  if (!certificate) return {idle: 'about to start …', running: 'first bounds are on their way …', stopped: 'stopped before the first bounds', failed: reason, done: 'nothing was found'}[status];
  const {relativeGap, patterns, rounds, seconds: took, closed} = certificate;
  const gap = closed ? 'closed' : `gap ${percent(relativeGap, 2)}`;
  const work = `${count(patterns)} ${counted}, ${count(rounds)} ${rounds === 1 ? 'round' : 'rounds'}, ${seconds(took)}`;
  const state = {idle: '', running: '', stopped: 'stopped at ', failed: `${reason} Until then: `, done: ''}[status];
  return `${state}${gap}, ${work}`;
}
