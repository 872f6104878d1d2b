import type {SurfaceLayout, Task} from './data.ts';
import type {NetworkDirections} from './directions.ts';
import type {Experiment, MapKind} from './experiment.ts';
import type {MomentumOverlay} from './momentumOverlay.ts';
import type {ParamValues} from './params.ts';

/**
 * What the page and its workers say to each other. Nothing flows unasked: a run advances only by
 * grants, and each grant is answered by exactly one telemetry message, so backpressure is inherent.
 */
export const BACKENDS = ['webgpu', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];
export type BackendRequest = 'auto' | BackendName;

export interface BackendReport {
  readonly backend: BackendName;
  /** The adapter's name on WebGPU, else a word on the processor. */
  readonly device: string;
  /** Why this one, in words, including what was tried and failed. */
  readonly reason: string;
}

/** Up to so many iterations, or so many milliseconds, whichever comes first (at least one iteration). */
export interface Grant {
  readonly iterations: number;
  readonly milliseconds: number;
  /** Measure at the end even where the schedule would not, so that a single step is seen. */
  readonly measure?: boolean;
  /** Measure the sharpness where the network is kept (of a large one at every fourth of these places). It costs gradients, which are not counted, and changes nothing else. */
  readonly sharpness?: boolean;
}

/** A network, flattened: the problem's variables in order of `shapes`, row-major float32. */
export interface Snapshot {
  readonly iteration: number;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly values: Float32Array;
  /** The contestant's own network, which decides what the values mean where shapes alone don't. */
  readonly model?: ParamValues;
}

/** Why a run ended: `finished` (budget used), `converged` (its own rule), `diverged` or `failed`. */
export interface Ending {
  readonly kind: 'finished' | 'converged' | 'diverged' | 'failed';
  /** In words, e.g. "J became infinite at iteration 12: the learning rate is too large". */
  readonly reason: string;
}

/** Records since the last message, as columns of equal length; a metric not measured is NaN. */
export interface Telemetry {
  readonly iterations: Int32Array;
  readonly evaluations: Float64Array;
  readonly seconds: Float64Array;
  readonly metrics: Readonly<Record<string, Float64Array>>;
  /** Networks along the path, oldest first. */
  readonly snapshots: readonly Snapshot[];
  /** Iterations done so far (records are sparser). */
  readonly progress: {readonly iteration: number; readonly evaluations: number; readonly seconds: number};
  readonly ending: Ending | null;
  /** Things to tell the user, each once. */
  readonly notices: readonly string[];
}

export type RunCommand =
  | {readonly type: 'hello'; readonly request: BackendRequest; readonly exclude: readonly BackendName[]; readonly base: string}
  | {readonly type: 'prepare'; readonly runId: string; readonly experiment: Experiment; readonly contestant: number}
  | {readonly type: 'advance'; readonly runId: string; readonly grant: Grant}
  | {readonly type: 'cancel'; readonly runId: string}
  /** Destroys the GPU device as a driver fault would, so that tests can watch the recovery. */
  | {readonly type: 'loseDevice'};

export type RunEvent =
  | {readonly type: 'ready'; readonly report: BackendReport}
  | {readonly type: 'telemetry'; readonly runId: string; readonly telemetry: Telemetry}
  | {readonly type: 'refused'; readonly runId: string; readonly field: string; readonly message: string}
  | {readonly type: 'cancelled'; readonly runId: string}
  | {readonly type: 'deviceLost'; readonly message: string}
  | {readonly type: 'broken'; readonly message: string};

/* ---- instruments: a lane of their own, so that no run ever waits for a picture ---- */

export interface LandscapeSpec {
  readonly plane: MapKind;
  /** Run ids in the experiment's order; `of` is the one that the plane is about, where it is about one. */
  readonly runs: readonly string[];
  /** The contestants' names, for labels and notes. */
  readonly names: readonly string[];
  /** Numbers that the contestants keep while their runs start anew and others come and go; their places where left out. */
  readonly seats?: readonly number[];
  readonly of: string;
  readonly seed: number;
  /** Points a side. */
  readonly side: number;
  /** Keeps origin, directions and ranges of the plane on show, or of the one kept before, if its kind, contestant and seed are these. */
  readonly freeze?: boolean;
  /** What a `curvature` or `gradient` plane is spanned by, or why there is nothing. */
  readonly directions?: NetworkDirections | {readonly missing: string};
}

/** J between two networks. */
export interface LineSpec {
  readonly runs: readonly string[];
  readonly names: readonly string[];
  /** Run ids of the line's ends, t = 0 and t = 1. */
  readonly of: string;
  readonly to: string;
}

/** J along p(t) = (1 - t) p_0 + t p_1, a little beyond both ends. */
export interface LandscapeLine {
  readonly of: string;
  readonly to: string;
  /** Evenly spaced; 0 and 1 are among them. */
  readonly t: Float64Array;
  /** One, or two where units can be matched and that makes a difference: matched, then as stored. */
  readonly curves: readonly LineCurve[];
  readonly notes: readonly string[];
}

export interface LineCurve {
  readonly label: string;
  readonly values: Float64Array;
  /** max over 0 <= t <= 1 of J(t) - (1 - t) J(0) - t J(1): how far the line rises above its chord; 0 for a path without a barrier. */
  readonly barrier: number;
  /** Where that is. */
  readonly at: number;
}

export interface ProjectedPath {
  readonly runId: string;
  /** Plane coordinates, in the order of the snapshots. */
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly iterations: Int32Array;
  /** Each point's distance from the plane as a share of the path's length; without a length 0 on the plane and 1 off it. */
  readonly off: Float64Array;
  /** Share of the path's displacement (start to end) that lies outside the plane, 0..1. */
  readonly outside: number;
}

export interface Landscape {
  /** Of the plane and its ranges: a finer map of the same keeps it. */
  readonly id: number;
  readonly plane: MapKind;
  readonly side: number;
  readonly aRange: readonly [number, number];
  readonly bRange: readonly [number, number];
  readonly aLabel: string;
  readonly bLabel: string;
  /** side x side, row-major, row = b, column = a; J at each grid point. */
  readonly values: Float64Array;
  readonly paths: readonly ProjectedPath[];
  /** Degenerate planes and the like, said plainly. */
  readonly notes: readonly string[];
}

export interface DataSummary {
  readonly trainCount: number;
  readonly testCount: number;
  readonly featureNames: readonly string[];
  readonly targetName: string;
  readonly classNames: readonly string[];
  readonly task: Task;
  readonly notes: readonly string[];
  /** Training samples in words, where points of a plane would say nothing; the scatter is empty then. */
  readonly examples: readonly string[];
  readonly scatter: Scatter;
  /** The function, where data are one. */
  readonly surface?: SurfaceLayout;
}

/** Points to draw: the raw plane for 1-D and 2-D inputs, else the first two principal components. */
export interface Scatter {
  readonly kind: 'curve' | 'plane' | 'components';
  readonly xLabel: string;
  readonly yLabel: string;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Class index, or the target's value for regression. */
  readonly target: Float64Array;
  readonly isTest: Uint8Array;
  /** Share of the variance that the two components hold (1 for raw planes). */
  readonly variance: number;
}

/** How one network sees the data. */
export type Boundary =
  | {readonly kind: 'curve'; readonly x: Float64Array; readonly f: Float64Array; readonly classify: boolean}
  | {
      readonly kind: 'grid';
      readonly side: number;
      readonly xRange: readonly [number, number];
      readonly yRange: readonly [number, number];
      /** side x side: the output f (one output), or the winning class index. */
      readonly values: Float64Array;
      /** For several classes: the winner's softmax probability. */
      readonly confidence: Float64Array | null;
    }
  | {
      readonly kind: 'confusion';
      /** classes x classes counts, rows = truth, columns = prediction. */
      readonly train: Int32Array;
      readonly test: Int32Array;
      /** Predicted class for each point of the data summary's scatter. */
      readonly predicted: Int32Array;
    }
  | {
      readonly kind: 'fit';
      /** Prediction for each point of the data summary's scatter, in its order; of vectors number by number. */
      readonly predicted: Float64Array;
      readonly target: Float64Array;
      /** Numbers from this one on are of test samples. */
      readonly testFrom: number;
    }
  | {
      readonly kind: 'tokens';
      /** Rows x length token indices: what is read, what follows (-1 where it is not scored) and what the network expects. */
      readonly length: number;
      readonly vocabulary: readonly string[];
      readonly inputs: Int32Array;
      readonly targets: Int32Array;
      readonly predicted: Int32Array;
      /** Rows from this one on are test samples. */
      readonly testFrom: number;
    };

/** The hidden units of one network that do something, largest weight first. */
export interface Neurons {
  readonly iteration: number;
  /** Units of the network, silent ones included. */
  readonly units: number;
  /** Inputs of a unit, the constant included (it comes last). */
  readonly d: number;
  /** count x d, of length 1: where the unit's line u . x = 0 lies and which side of it is on. */
  readonly directions: Float64Array;
  /** What the penalty counts: |u_j| |alpha_j|, or |w_j| where a unit has an output weight only. */
  readonly weights: Float64Array;
  /** Sign of the output weight, -1 or 1; 0 where there are several outputs. */
  readonly signs: Int32Array;
}

/** A distribution over binary weights, w = sign(mu + Z r) with r normal; latent weights alone are the case of rank 0. */
export interface BinaryWeights {
  readonly iteration: number;
  /** Columns of Z. */
  readonly rank: number;
  /** Matrices of weights, out x in each, in the order of the rows. */
  readonly layers: readonly {readonly name: string; readonly out: number; readonly in: number}[];
  /** Rows (mu_i, Z_i) scaled to length 1, weights x (1 + rank); in a frame whose first axis decides sign(mu). */
  readonly rows: Float64Array;
  /** J of sampled networks, of sign(mu), and of the best among them all. */
  readonly sampled: Float64Array;
  readonly rounded: number;
  readonly best: number;
  /** The picture that the first layer's inputs are, where they are pixels. */
  readonly image: {readonly width: number; readonly height: number} | null;
}

/** Who attends to whom in one network, for one sample. */
export interface AttentionPicture {
  readonly iteration: number;
  /** The sample: training samples first, then test samples; and how many there are. */
  readonly example: number;
  readonly examples: number;
  /** Words for the positions that ask and for those that are looked at. */
  readonly queries: readonly string[];
  readonly keys: readonly string[];
  /** The key that is asked for, where one is. */
  readonly wanted?: number;
  readonly layers: number;
  readonly heads: number;
  /** layers x heads x queries x keys; rows sum to 1 where the variant normalises them. */
  readonly weights: Float64Array;
  /** layers x heads x queries: keys effectively attended to, e^entropy of the row divided by its sum. */
  readonly effective: Float64Array;
}

/** Which network is read out of a distribution: sign(mu), the best of 64 samples by training loss, or the mean output of 40. */
export const READOUTS = ['rounded', 'best', 'average'] as const;
export type Readout = (typeof READOUTS)[number];

export type InstrumentCommand =
  | {readonly type: 'load'; readonly requestId: number; readonly experiment: Experiment; readonly base: string}
  | {readonly type: 'observe'; readonly runId: string; readonly snapshots: readonly Snapshot[]}
  | {readonly type: 'forget'; readonly runId: string}
  | {readonly type: 'landscape'; readonly requestId: number; readonly spec: LandscapeSpec}
  /** J between the latest networks of two runs. */
  | {readonly type: 'line'; readonly requestId: number; readonly spec: LineSpec}
  | {readonly type: 'boundary'; readonly requestId: number; readonly runId: string; readonly side: number; readonly readout?: Readout}
  /** The hidden units of a run's latest network. */
  | {readonly type: 'neurons'; readonly requestId: number; readonly runId: string}
  /** The binary weights of a run's latest network; refused where the problem has none. */
  | {readonly type: 'weights'; readonly requestId: number; readonly runId: string}
  /** Attention of a run's latest network on a sample; refused where the problem has none. */
  | {readonly type: 'attention'; readonly requestId: number; readonly runId: string; readonly example: number}
  /** What theory says of an experiment's contestants on the loaded surface. */
  | {readonly type: 'momentumOverlay'; readonly requestId: number; readonly experiment: Experiment}
  /** The network at a point of the landscape last drawn. */
  | {readonly type: 'networkAt'; readonly requestId: number; readonly a: number; readonly b: number; readonly side: number}
  /** Whether maps may be drawn on the GPU, as the runs are. */
  | {readonly type: 'useGpu'; readonly on: boolean}
  /** What was too slow to be mapped is timed again when it is asked for. */
  | {readonly type: 'reconsider'}
  | {readonly type: 'cancel'; readonly requestId: number};

export type InstrumentEvent =
  | {readonly type: 'summary'; readonly requestId: number; readonly summary: DataSummary}
  | {readonly type: 'progress'; readonly requestId: number; readonly share: number}
  | {readonly type: 'landscape'; readonly requestId: number; readonly landscape: Landscape}
  | {readonly type: 'line'; readonly requestId: number; readonly line: LandscapeLine}
  | {readonly type: 'boundary'; readonly requestId: number; readonly runId: string; readonly boundary: Boundary}
  | {readonly type: 'neurons'; readonly requestId: number; readonly runId: string; readonly neurons: Neurons}
  | {readonly type: 'weights'; readonly requestId: number; readonly runId: string; readonly weights: BinaryWeights}
  | {readonly type: 'attention'; readonly requestId: number; readonly runId: string; readonly attention: AttentionPicture}
  /** Null where the surface is no quadratic with one stationary point. */
  | {readonly type: 'momentumOverlay'; readonly requestId: number; readonly overlay: MomentumOverlay | null}
  /** There is no boundary where nothing is predicted. */
  | {readonly type: 'networkAt'; readonly requestId: number; readonly objective: number; readonly boundary: Boundary | null}
  | {readonly type: 'cancelled'; readonly requestId: number}
  | {readonly type: 'refused'; readonly requestId: number; readonly field: string; readonly message: string};
