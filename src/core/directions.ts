import type {Snapshot} from './protocol.ts';

/** Directions that a study has found at a network, each in the layout of the network's values. */
export interface NetworkDirections {
  readonly network: Pick<Snapshot, 'iteration' | 'shapes' | 'values'>;
  /** Largest eigenvalues of the Hessian of J/n, largest first: two, or one where only one weight is trained. */
  readonly eigenvalues: readonly number[];
  /** Their unit eigenvectors. */
  readonly eigenvectors: readonly Float64Array[];
  /** Of J/n at the network. */
  readonly gradient: Float64Array;
}
