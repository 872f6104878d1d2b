import type {Basins} from './basins.ts';
import type {CertificateScope} from './certificate.ts';
import type {Curvature, GradientCheck} from './curvature.ts';
import type {NetworkDirections} from './directions.ts';
import type {Experiment} from './experiment.ts';
import type {BackendName, BackendRequest, Snapshot} from './protocol.ts';
import {randomStream} from './random.ts';
import type {TheoryPicture, TheorySettings} from './theory.ts';
import type {RateGrid, RatePoint} from './sweep.ts';

/**
 * Studies: long work beside the race. Each has a worker of its own, which is ended to cancel it; what it has
 * reported until then stays.
 */
export const STUDY_KINDS = ['certificate', 'path', 'starts', 'curvature', 'directions', 'gradientCheck', 'basins', 'theory', 'sweep'] as const;
export type StudyKind = (typeof STUDY_KINDS)[number];

/** A certificate as the page and the headless run show it. */
export interface Certificate {
  readonly scope: CertificateScope;
  readonly lower: number;
  readonly upper: number;
  readonly relativeGap: number;
  readonly patterns: number;
  readonly working: number;
  readonly neurons: number;
  /** The next smallest value that J can take, where the values are finitely many and all known; else null. */
  readonly second: number | null;
  readonly rounds: number;
  readonly seconds: number;
  /** Whether relativeGap has reached the tolerance. */
  readonly closed: boolean;
  /** How it stands or why it stopped, in words. */
  readonly message: string;
}

/** Relative width at which a certificate is called closed. */
export const CERTIFICATE_TOLERANCE = 1e-5;

/** Seconds after which a run without a page takes a certificate as it stands. The page's user cancels by hand. */
export const CERTIFICATE_SECONDS = 120;

/** One beta of a regularisation path. */
export interface PathPoint {
  readonly beta: number;
  readonly objective: number;
  /** Certified lower bound on J, NaN where there is none. */
  readonly lower: number;
  readonly neurons: number;
  /** Per sample; test values are NaN without a test set. */
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly trainScore: number;
  readonly testScore: number;
}

/** How the points of a path were made: proved optima, or convex ADMM with pattern pursuit. */
export type PathMethod = 'certified' | 'pursuit';

/** Final objectives of many starts of one contestant. */
export interface Starts {
  /** In the order of the seeds; Infinity where a start diverged. */
  readonly objectives: Float64Array;
  readonly trainScores: Float64Array;
  readonly testScores: Float64Array;
  /** Iterations that each start has taken so far, and will take. */
  readonly iteration: number;
  readonly iterations: number;
}

/** One network of a contestant, to be looked at on a backend. */
interface NetworkStudy extends StudyBase {
  readonly contestant: number;
  readonly network: Snapshot;
  readonly request: BackendRequest;
  readonly exclude: readonly BackendName[];
}

interface StudyBase {
  readonly experiment: Experiment;
  /** Address that data files are relative to. */
  readonly base: string;
}

export type StudyCommand =
  | (StudyBase & {readonly kind: 'certificate'; readonly tolerance: number})
  /** @property betas descending, so that each point starts from a sparser one */
  | (StudyBase & {readonly kind: 'path'; readonly betas: readonly number[]; readonly request: BackendRequest; readonly exclude: readonly BackendName[]})
  | (StudyBase & {readonly kind: 'starts'; readonly contestant: number; readonly count: number; readonly request: BackendRequest; readonly exclude: readonly BackendName[]})
  | (NetworkStudy & {readonly kind: 'curvature'})
  | (NetworkStudy & {readonly kind: 'directions'})
  | (NetworkStudy & {readonly kind: 'gradientCheck'})
  | (StudyBase & {readonly kind: 'sweep'; readonly grids: readonly RateGrid[]; readonly request: BackendRequest; readonly exclude: readonly BackendName[]})
  /** @property side starts a side */
  | (StudyBase & {readonly kind: 'basins'; readonly contestant: number; readonly side: number; readonly iterations: number; readonly request: BackendRequest; readonly exclude: readonly BackendName[]})
  /** Of no experiment. */
  | {readonly kind: 'theory'; readonly settings: TheorySettings};

export type StudyEvent =
  /** @property network of the upper bound, sent when it has improved */
  | {readonly type: 'certificate'; readonly certificate: Certificate; readonly network: Snapshot | null}
  | {readonly type: 'path'; readonly point: PathPoint; readonly method: PathMethod}
  | {readonly type: 'starts'; readonly starts: Starts; readonly backend: BackendName}
  /** Told again whenever more of it is known. */
  | {readonly type: 'curvature'; readonly curvature: Curvature; readonly backend: BackendName}
  | {readonly type: 'directions'; readonly directions: NetworkDirections}
  | {readonly type: 'gradientCheck'; readonly check: GradientCheck; readonly backend: BackendName}
  /** Where some rates of a contestant's sweep have come to; told again, until they are at their end, of those that train side by side. */
  | {readonly type: 'sweep'; readonly contestant: number; readonly points: readonly RatePoint[]; readonly ended: boolean; readonly backend: BackendName}
  | {readonly type: 'basins'; readonly basins: Basins; readonly backend: BackendName}
  | {readonly type: 'theory'; readonly picture: TheoryPicture}
  /** Share of the work done, 0..1. */
  | {readonly type: 'progress'; readonly share: number}
  | {readonly type: 'done'}
  | {readonly type: 'refused'; readonly field: string; readonly message: string};

/** The seeds of many starts: the experiment's own, then others that follow from it, each good for an experiment too. */
export const startSeeds = (seed: number, count: number): number[] =>
  Array.from({length: count}, (_, r) => (r === 0 ? seed : randomStream(seed, 'start', r).below(2 ** 32)));
