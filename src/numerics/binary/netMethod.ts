import type {ParamValues} from '../../core/params.ts';

/**
 * How latent weights are trained. A step draws a = mu + T Z r (+ noise), takes the gradient of the mean batch loss at
 * w = sign(a), hands it on to mu and Z as if w were a, and moves them by Adam.
 */
export interface NetMethod {
  /** Columns of Z; 0 for latent weights alone. */
  readonly rank: number;
  readonly learningRate: number;
  /** Of the scales and biases. */
  readonly realRate: number;
  /** Steps of Z are so many times those of mu. */
  readonly zRate: number;
  readonly zInit: number;
  /**
   * `normal`: mu ~ 0.1 N(0, 1). `uniform`: mu ~ U(-1, 1). `sphere`: mu ~ N(0, 1) and Z ~ zInit N(0, 1), then rows of
   * length 1, which every step restores.
   */
  readonly start: 'normal' | 'uniform' | 'sphere';
  /** Takes the part along a weight's row (mu, Z) out of its gradient. */
  readonly tangent: boolean;
  /** Keeps mu in [-1, 1]. */
  readonly clip: boolean;
  /**
   * A weight's own noise: `matching` is sqrt(1 - mu^2) times a normal number, part of the distribution; `rounding` is
   * uniform on (-1, 1), so that w = 1 with probability (1 + mu) / 2, and serves training alone.
   */
  readonly noise: 'none' | 'matching' | 'rounding';
  /** Two gradients a step, at r and -r. */
  readonly antithetic: boolean;
  /** Whether T falls from 1 to 0 over the schedule; else it stays 1. */
  readonly annealing: boolean;
  /** 0 for the full set. */
  readonly batchSize: number;
  /** Iterations of the schedule. */
  readonly length: number;
  /** Share of the schedule in which the rate rises to its full size. */
  readonly warmUp: number;
}

/** What all four solvers share. */
export const commonMethod = (params: ParamValues): Pick<NetMethod, 'learningRate' | 'realRate' | 'batchSize' | 'length' | 'warmUp'> => ({
  learningRate: Number(params.learningRate),
  realRate: Number(params.realRate),
  batchSize: Number(params.batchSize),
  length: Number(params.scheduleLength),
  warmUp: Number(params.warmUp),
});

/** Half a cosine from 1 to 0, times a rise over the warm-up. @param iteration from 1; the rate stays 0 after the schedule */
export function rateFactor({length, warmUp}: Pick<NetMethod, 'length' | 'warmUp'>, iteration: number): number {
  const done = Math.min(1, (iteration - 1) / length);
  return 0.5 * (1 + Math.cos(Math.PI * done)) * Math.min(1, iteration / Math.max(warmUp * length, 1));
}

/** T of a = mu + T Z r. */
export const temperature = ({annealing, length}: Pick<NetMethod, 'annealing' | 'length'>, iteration: number): number =>
  annealing ? Math.max(0, 1 - (iteration - 1) / length) : 1;

export const ADAM = {beta1: 0.9, beta2: 0.999, epsilon: 1e-8} as const;
/** Rows shorter than this are left as they are. */
export const SHORTEST_ROW = 1e-12;
