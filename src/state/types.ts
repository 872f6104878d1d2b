import type {Curvature, GradientCheck} from '../core/curvature.ts';
import type {Colour, Experiment, InstrumentId, View} from '../core/experiment.ts';
import type {MomentumOverlay} from '../core/momentumOverlay.ts';
import type {ParamValue, ParamValues} from '../core/params.ts';
import type {Preset} from '../core/preset.ts';
import type {AttentionPicture, BackendName, BackendReport, BackendRequest, BinaryWeights, Boundary, DataSummary, Ending, Landscape, LandscapeLine, Neurons, Readout} from '../core/protocol.ts';
import type {Fault, Result} from '../core/result.ts';
import type {Certificate, PathMethod, PathPoint, Starts} from '../core/study.ts';
import type {RatePoint} from '../core/sweep.ts';
import type {TheorySettings} from '../core/theory.ts';
import type {BasinsView, StudyStatus, TheoryView} from './labTypes.ts';

/** One contestant's records so far, as columns of equal length; oldest first. Never mutated: replaced on growth. */
export interface History {
  readonly iterations: readonly number[];
  readonly evaluations: readonly number[];
  readonly seconds: readonly number[];
  /**
   * Always: objective, trainLoss, testLoss, penalty, trainScore, testScore (losses per sample; score = accuracy 0..1, or R^2).
   * Some solvers and problems add their own (ADMM: primalResidual, dualResidual, rho1, rho2, rho3, activeNeurons, ...;
   * robustScore under attack). NaN where not measured.
   */
  readonly metrics: Readonly<Record<string, readonly number[]>>;
}

export type RunStatus = 'preparing' | 'ready' | 'running' | 'paused' | 'finished' | 'converged' | 'diverged' | 'failed';

export interface RunView {
  readonly runId: string;
  readonly status: RunStatus;
  readonly ending: Ending | null;
  readonly history: History;
  readonly progress: {readonly iteration: number; readonly evaluations: number; readonly seconds: number};
  readonly notices: readonly string[];
}

export type Phase = 'starting' | 'ready' | 'running' | 'paused' | 'finished' | 'broken';

/** Iterations a second for every contestant; `max` is as fast as the machine goes. */
export type Speed = 1 | 10 | 100 | 'max';

export interface Probe {
  /** The landscape that the coordinates belong to; a later one shows the card, but not the place. */
  readonly landscapeId: number;
  readonly a: number;
  readonly b: number;
  readonly objective: number;
  /** Null where nothing is predicted. */
  readonly boundary: Boundary | null;
}

export type {StudyStatus};

export interface CertificateView {
  readonly status: StudyStatus;
  /** The narrowest interval so far. */
  readonly certificate: Certificate | null;
  /** Why it failed, in words. */
  readonly reason: string;
}

export interface PathView {
  readonly status: StudyStatus;
  readonly share: number;
  /** By falling beta, as far as they are computed. */
  readonly points: readonly PathPoint[];
  readonly method: PathMethod | null;
  readonly reason: string;
}

export interface StartsView {
  readonly status: StudyStatus;
  readonly share: number;
  /** Index of the contestant whose starts these are. */
  readonly contestant: number;
  readonly count: number;
  readonly starts: Starts | null;
  readonly backend: BackendName | null;
  readonly reason: string;
}

/** Curvature at one network of a contestant. */
export interface CurvatureView {
  readonly status: StudyStatus;
  readonly share: number;
  readonly contestant: number;
  readonly curvature: Curvature | null;
  readonly reason: string;
}

export interface GradientCheckView {
  readonly status: StudyStatus;
  readonly contestant: number;
  /** Of the network. */
  readonly iteration: number;
  readonly check: GradientCheck | null;
  readonly reason: string;
}

export interface SweepView {
  readonly status: StudyStatus;
  readonly share: number;
  /** By what a contestant's sweep depends on (`sweepKey`): the rates that it was tried with so far, rising. */
  readonly results: Readonly<Record<string, readonly RatePoint[]>>;
  readonly reason: string;
}

/** A contestant by its place, and a sample. */
export interface AttentionAsked {
  readonly contestant: number;
  readonly example: number;
}

/** One run's attention on one sample. */
export interface AttentionView {
  readonly runId: string;
  readonly picture: AttentionPicture;
}

export interface BasinState {
  readonly experiment: Experiment;
  /** Why the last edit, link or file was refused; shown until dismissed. Nothing was changed by it. */
  readonly fault: Fault | null;
  readonly engine: {
    readonly report: BackendReport | null;
    readonly request: BackendRequest;
    readonly lanes: number;
    /** Device losses and the like, newest last. */
    readonly notices: readonly string[];
  };
  readonly phase: Phase;
  /** The race is on, or is to begin when the engine is ready. */
  readonly racing: boolean;
  readonly speed: Speed;
  /** In the order of `experiment.contestants`. */
  readonly runs: readonly RunView[];
  /** Whether `runs` and the pictures are the finished race that came with the page, not this visit's own. */
  readonly example: boolean;
  readonly data: DataSummary | null;
  readonly landscape: Landscape | null;
  /** Why there can be no landscape, as a sentence. */
  readonly landscapeMissing: string | null;
  /** J between two networks where the landscape is a line, or why there is none. */
  readonly line: LandscapeLine | {readonly missing: string} | null;
  /** 0..1 while a landscape is computed, else null. */
  readonly landscapeProgress: number | null;
  /** By run id. */
  readonly boundaries: Readonly<Record<string, Boundary>>;
  /** By run id: the hidden units of the latest network. */
  readonly neurons: Readonly<Record<string, Neurons>>;
  /** By run id: the distribution over binary weights, for problems that have one and while somebody looks. */
  readonly weights: Readonly<Record<string, BinaryWeights>>;
  /** Who attends to whom in the network that is looked at, while somebody looks. */
  readonly attention: AttentionView | null;
  /** Which of a binary network's answers the boundaries show. */
  readonly readout: Readout;
  readonly probe: Probe | null;
  readonly certificate: CertificateView;
  readonly path: PathView;
  readonly starts: StartsView;
  readonly curvature: CurvatureView;
  readonly gradientCheck: GradientCheckView;
  readonly sweep: SweepView;
  /** Of a surface: where starts everywhere lead. */
  readonly basins: BasinsView;
  /** Small models beside their closed forms. */
  readonly theory: TheoryView;
  /** What theory says of the contestants on a quadratic, while somebody looks. */
  readonly momentum: MomentumOverlay | null;
  /** Sentences computed from the runs ("SGD needed 3.1 times as many passes as Adam ..."). */
  readonly findings: readonly Finding[];
}

export interface Finding {
  readonly tone: 'info' | 'good' | 'warning';
  /** Index of the contestant it is about, for its colour. */
  readonly contestant: number | null;
  readonly text: string;
}

/** Every edit is validated as a whole; a refused one leaves everything as it was and sets `fault`. */
export interface BasinActions {
  setTitle(title: string): void;
  setSeed(seed: number): void;
  setDataset(id: string): void;
  /** Several at once, as some only make sense together (points and targets). */
  setDatasetParams(values: ParamValues): void;
  /** Contestants that can't run there are replaced, and that is said. */
  setProblem(id: string): void;
  setProblemParam(key: string, value: ParamValue): void;
  /** Whether the certified optimum is computed and drawn. */
  setCertificate(on: boolean): void;
  setBudget(budget: Partial<Experiment['budget']>): void;
  setView(view: Partial<View>): void;
  /** No edit of the race: it leaves no entry in the browser's history, and what the banner says stays. */
  showInstrument(instrument: InstrumentId): void;
  addContestant(solverId: string): void;
  duplicateContestant(index: number): void;
  removeContestant(index: number): void;
  renameContestant(index: number, name: string): void;
  recolourContestant(index: number, colour: Colour): void;
  setSolverParam(index: number, key: string, value: ParamValue): void;
  setModelParam(index: number, key: string, value: ParamValue): void;
  loadPreset(preset: Preset): void;
  dismissFault(): void;

  run(): void;
  pause(): void;
  /** One iteration for each contestant. */
  step(): void;
  reset(): void;
  setSpeed(speed: Speed): void;
  forceBackend(request: BackendRequest): void;

  /** Looks at the network at a point of the landscape. */
  probeAt(a: number, b: number): void;
  clearProbe(): void;
  setReadout(readout: Readout): void;
  /** Whether binary weights are on show: they are sampled, so they are asked for only then. */
  watchWeights(on: boolean): void;
  /** Whose attention is on show, and on which sample (training samples first); null while nobody looks. */
  watchAttention(asked: AttentionAsked | null): void;
  /** Runs the contestant again with one column more from this iteration on, along the eigenvector. */
  lift(index: number, iteration: number): void;

  /** Stops the certificate and keeps its interval; or goes on from there. */
  stopCertificate(): void;
  resumeCertificate(): void;
  computePath(): void;
  stopPath(): void;
  computeStarts(contestant: number, count: number): void;
  stopStarts(): void;
  /** Whether the sharpness is on show: runs measure it only then. */
  watchSharpness(on: boolean): void;
  /** At the contestant's latest network. */
  measureCurvature(contestant: number): void;
  stopCurvature(): void;
  checkGradient(contestant: number): void;
  stopGradientCheck(): void;
  /** Tries these contestants with a grid of learning rates each. */
  sweepRates(contestants: readonly number[]): void;
  stopSweep(): void;
  /** Every contestant on a surface starts there. */
  setStart(x: number, y: number): void;
  /** @param side starts a side */
  computeBasins(contestant: number, side: number): void;
  stopBasins(): void;
  computeTheory(settings: TheorySettings): void;
  stopTheory(): void;
  /** Whether the theory of quadratics is on show. */
  watchMomentum(on: boolean): void;

  /** The whole address that reproduces the experiment; a fault where own data make it too long. */
  shareLink(): Result<string>;
  /** The results so far as the headless run's JSON document. */
  exportResults(): string;
}
