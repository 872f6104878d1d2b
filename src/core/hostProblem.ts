import type {AttentionPicture, BinaryWeights, Readout, Snapshot} from './protocol.ts';

/**
 * A loss in float64 on the host, one sample at a time: what instruments use, and the oracle of the
 * tensor code. Outputs `f` and targets `y` are n x k, row-major; `row` counts samples.
 */
export interface HostLoss {
  /** loss(f_row, y_row), a number >= 0. */
  value(f: Float64Array, y: Float64Array, row: number, k: number): number;
  /** Writes d loss / d f_row into the same row of `out` (n x k); at a kink the subgradient 0. */
  derivative(f: Float64Array, y: Float64Array, row: number, out: Float64Array, k: number): void;
  /** argmin_r loss(r, y) + (rho/2) (r - q)^2 for one output; absent where the loss has no scalar prox. */
  readonly prox?: (q: number, y: number, rho: number) => number;
  /** What certificates need, for one output; absent where no certificate is written for the loss. */
  readonly dual?: HostDual;
  /** The same on a GPU, for maps; where it is absent they are drawn on the host. */
  readonly shader?: LossShader;
}

/** A loss in WGSL, at four points of a map at once. */
export interface LossShader {
  /** `fn loss(f : array<vec4<f32>, K>, i : u32) -> vec4<f32>`: the loss of sample i, whose targets are `y[i * K + c]`. */
  readonly source: string;
  /** A bound of sum_i |d loss / d f_i|^2 from the summed loss of n samples: how much rounded outputs can matter. */
  slopeSquares(total: number, n: number): number;
}

/** A convex loss seen from its dual, z = -loss'(f; y). */
export interface HostDual {
  /** -loss*(-z; y): a sample's share of the dual objective; -Infinity where z is outside the domain. */
  gain(z: number, y: number): number;
  /** The closed range of y z (of z itself where it is unbounded); it holds 0. */
  readonly domain: readonly [number, number];
  /** min over one output of the summed losses of several targets: what is left where a network may do as it likes. */
  floor(targets: readonly number[]): number;
  /** `hinge` for max(0, 1 - y f), which has none; smooth losses give loss''(f). */
  readonly curvature: 'hinge' | ((f: number, y: number) => number);
}

/** A network measured in float64. Losses are means per sample, test values NaN without a test set. */
export interface Evaluation {
  /** J = sum of the training losses + penalty. */
  readonly objective: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  /** At the best scaling of each unit's layers against each other: the one in J. */
  readonly penalty: number;
  /** At the network's own scaling: what plain weight decay sees. */
  readonly rawPenalty: number;
  /** Accuracy 0..1 for classes, R^2 for regression (NaN where the targets don't vary). */
  readonly trainScore: number;
  readonly testScore: number;
}

/** The points origin + a du + b dv of a shared space; du and dv are orthonormal. */
export interface Plane {
  readonly origin: Float64Array;
  readonly du: Float64Array;
  readonly dv: Float64Array;
}

/** J over a plane, row by row, so that the caller can yield in between. */
export interface PlaneKernel {
  /** out[i] = J at (aValues[i], b); aValues are ascending and evenly spaced, a single one is fine. */
  evaluateRow(b: number, aValues: Float64Array, out: Float64Array): void;
  /** The same for a GPU on a grid of at least 2 x 2 evenly spaced points, where one is written; null where there is nothing to sum. */
  readonly program?: (aLine: Float64Array, bLine: Float64Array) => GridProgram | null;
}

/** The part of J over a plane that takes long as a GPU's work, in float32, and how J follows from it on the host, in float64. */
export interface GridProgram {
  /**
   * WGSL that declares `fn share(lane : u32, a : vec4<f32>, b : f32) -> vec4<f32>`: what one of LANES equal workers contributes to the sum
   * at four points of a row. Coordinates are numbers of steps from the grid's middle, exact in float32. A program equals another of the same source but for its buffers, so sizes belong there (arrayLength).
   */
  readonly source: string;
  /** `var<storage, read> NAME : array<f32>` for each, all of them used by the source. */
  readonly buffers: Readonly<Record<string, Float32Array>>;
  /** Multiply-adds a point. */
  readonly work: number;
  /**
   * out[i] = J at (aValues[i], b), from the sums there; false where one of them may be off by more than a share 1e-5 of J,
   * as float32 loses too much.
   */
  finish(b: number, aValues: Float64Array, sums: Float32Array, out: Float64Array): boolean;
}

/** One contestant's path in a shared space. Points are made when asked for: a long path of a wide network is large. */
export interface SharedPath {
  readonly iterations: Int32Array;
  point(index: number): Float64Array;
}

/** A plane that is always shown, and the part of it. */
export interface OwnPlane {
  readonly plane: Plane;
  readonly aLabel: string;
  readonly bLabel: string;
  readonly aRange: [number, number];
  readonly bRange: [number, number];
}

/** Weights in either precision: a snapshot's, or those of a network beside it. */
export interface Weights {
  readonly shapes: Snapshot['shapes'];
  readonly values: Float32Array | Float64Array;
}

/** Networks of several contestants, whose widths may differ, as points of one vector space. */
export interface SharedSpace {
  readonly dim: number;
  /** For each coordinate the unit (neuron) that it belongs to; filter normalisation works unit by unit. */
  readonly unitOf: Int32Array;
  /** In the order given. */
  readonly paths: readonly SharedPath[];
  /**
   * The point of another network whose units stand where those of a path's networks do; null where this space has no place for it,
   * as its shapes differ or units have come to life that no network of the path had.
   */
  place(weights: Weights, path: number): Float64Array | null;
  /** Whether units of different networks were matched; left out where a problem matches none. */
  readonly matched?: boolean;
  /** Whether each unit stands at the best scaling of its layers against each other, not at that of its weights. */
  readonly rescaled?: true;
  network(point: Float64Array): Snapshot;
  kernel(plane: Plane): PlaneKernel;
  /** Where the space is a plane itself: drawn as it is, whatever plane is asked for. */
  readonly ownPlane?: OwnPlane;
}

/** A problem on the host, in float64: what instruments look at networks with. */
export interface HostProblem {
  evaluate(snapshot: Snapshot): Evaluation;
  /**
   * Outputs (n x k) for inputs x (n x d, the last column is the constant 1); of sequences the tokens expected next.
   * @param readout for distributions over networks; `rounded` where it is left out
   */
  predict(snapshot: Snapshot, x: Float64Array, n: number, readout?: Readout): Float64Array;
  /** The distribution over binary weights, where networks have one. Samples follow from the iteration alone. */
  weights?(snapshot: Snapshot): BinaryWeights;
  /** Attention weights on a sample (training samples first), where networks attend. */
  attention?(snapshot: Snapshot, example: number): AttentionPicture;
  /** J at flat weights that need not be float32, where it bends on so small a scale that their rounding would show. */
  objectiveAt?(weights: Float64Array): number;
  /** J from which on a path is no longer drawn; 100 times its start where this is left out. */
  readonly drawnUpTo?: number;
  /** Whether a landscape can be drawn before there is a network: `share` takes no paths, too. */
  readonly standsAlone?: true;
  /** Networks of equal kin are points of one space with one J; left out where all are. */
  kin?(snapshot: Snapshot): string;
  /**
   * Brings paths (each of at least one snapshot, all of equal kin) into one space, so that distances there mean something.
   * @param asStored leaves units in the order of the snapshots, where they would be matched otherwise
   */
  share(paths: readonly (readonly Snapshot[])[], asStored?: boolean): SharedSpace;
}

/**
 * The class that outputs (or targets) stand for: the first largest of k, or for one output 1 where
 * it is positive and 0 elsewhere, so that an output of exactly 0 counts as the class of -1.
 */
export function classOf(f: Float64Array, row: number, k: number): number {
  if (k === 1) return f[row] > 0 ? 1 : 0;
  let best = 0;
  for (let c = 1; c < k; c++) if (f[row * k + c] > f[row * k + best]) best = c;
  return best;
}
