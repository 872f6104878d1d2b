/** Heavy ball (Polyak) with momentum 0 is gradient descent. */
export type Acceleration = 'heavy ball' | 'nesterov';

/**
 * How a direction is left behind: without a change of sign; in waves (complex eigenvalues); with a change of sign in every step (the
 * larger eigenvalue is negative); or not at all.
 */
export const MOTIONS = ['monotone', 'oscillating', 'alternating', 'divergent'] as const;
export type Motion = (typeof MOTIONS)[number];

/** The regions of a method over learning rate times curvature, and momentum. */
export interface MomentumMap {
  /** Row = momentum, column = learning rate times curvature; the factor per step in the long run. */
  readonly radius: Float64Array;
  /** Indices into MOTIONS. */
  readonly motion: Uint8Array;
}

/** A contestant's place on the map, in one direction. */
export interface MomentumPlace {
  readonly curvature: number;
  /** Learning rate times curvature. */
  readonly a: number;
  readonly radius: number;
  readonly motion: Motion;
}

/** What theory says of one contestant on a quadratic. */
export interface MomentumEntrant {
  readonly contestant: number;
  readonly kind: Acceleration;
  readonly learningRate: number;
  readonly momentum: number;
  /** The larger curvature first. */
  readonly places: readonly MomentumPlace[];
  /** The learning rate from which on it diverges at this momentum; Infinity without a positive curvature. */
  readonly stableBelow: number;
  /** The best constant settings of the method and their factor per step; null where the quadratic has no minimum. */
  readonly best: {readonly learningRate: number; readonly momentum: number; readonly radius: number} | null;
  /** J in closed form (its expectation, where gradients are noisy) at some iterations; null where there is none. */
  readonly curve: {readonly iterations: Int32Array; readonly objective: Float64Array} | null;
}

/** Closed-form theory over a surface that is a quadratic. */
export interface MomentumOverlay {
  readonly aValues: Float64Array;
  readonly momenta: Float64Array;
  readonly maps: Readonly<Record<Acceleration, MomentumMap>>;
  /** Contestants that are gradient descent with constant settings, plain or with momentum. */
  readonly entrants: readonly MomentumEntrant[];
}
