import type {PreparedData} from './data.ts';
import type {HostLoss} from './hostProblem.ts';
import type {ParamValues} from './params.ts';
import type {Snapshot} from './protocol.ts';
import type {Result} from './result.ts';

/**
 * What a certificate speaks of: every network of any width, or only those that the sampled activation patterns of
 * one convex programme can express.
 */
export type CertificateScope = 'global' | 'sampled programme';

/** lower <= optimum <= upper, both proved in float64. */
export interface CertifiedInterval {
  readonly lower: number;
  readonly upper: number;
  /** (upper - lower) / upper, 0 where both are 0. */
  readonly relativeGap: number;
  /** Patterns that the lower bound has looked at. */
  readonly patterns: number;
  /** Patterns in the programme now solved. */
  readonly working: number;
  /** The next smallest value that J can take, where the values are finitely many and all known. */
  readonly second?: number;
  /** Non-zero neurons of the network whose J is `upper`. */
  readonly neurons: number;
  /** Whether another round can narrow the interval; false once the method has got as far as it can. */
  readonly improvable: boolean;
}

/** A proof under construction. Each round's interval lies within the one before. */
export interface Certifier {
  readonly scope: CertificateScope;
  /** What a closed interval proves, as a sentence, where it is not the usual one about networks of any width. */
  readonly claim?: string;
  /** Why an interval that no round can narrow stays open, as a sentence, where that is known. Read after the last round. */
  readonly remainder?: string | undefined;
  /** One round of work, from some milliseconds to some seconds. */
  advance(): CertifiedInterval;
  /** The network whose J is the upper bound. */
  network(): Snapshot;
  /** The same programme at another beta, started from this one's working set; only penalised problems have one. */
  withBeta?(beta: number): Certifier;
}

export interface CertifierInput {
  readonly data: PreparedData;
  /** The problem's parameters. */
  readonly params: ParamValues;
  readonly loss: HostLoss;
  /** The sampled patterns to bound where there are too many columns for all of them; null where nobody samples. */
  readonly sample: {readonly patterns: number; readonly seed: number} | null;
}

/** The default export of a problem's `certify.ts`; a fault says why there can be no certificate. */
export type MakeCertifier = (input: CertifierInput) => Result<Certifier>;
