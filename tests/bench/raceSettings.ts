import {spiral, xor} from './dataSets.ts';

/** A data set that the race is run on, and how long its runs are. */
export interface Arena {
  readonly name: string;
  readonly dataset: object;
  readonly beta: number;
  /** Batch sizes of the first-order methods, 0 for all samples, with the length of each run of the sweep. */
  readonly batches: readonly {readonly size: number; readonly sweepSteps: number}[];
  /** Iterations of convex ADMM, and its sources of patterns. */
  readonly iterations: number;
  readonly sources: readonly Source[];
  /** Whether the optimum over all networks can be certified. */
  readonly certified: boolean;
}

export interface Source {
  readonly name: string;
  readonly params: object;
  /** In place of the arena's, where an iteration is long. */
  readonly iterations?: number;
}

/** What is raced: the sweep finds `rate` for first-order methods. */
export interface Entrant {
  readonly name: string;
  readonly solver: string;
  readonly params: object;
  readonly model: object;
  readonly rate: number | null;
  readonly steps: number;
}

export const METHODS = [['SGD', 'sgd'], ['momentum', 'momentum'], ['Adam', 'adam']] as const;
export const RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1] as const;
export const WIDTH = 100;
export const STEPS = 10_000;

const SAMPLED: readonly Source[] = [50, 150].map((patterns) => ({name: `ADMM, ${patterns} sampled`, params: {source: 'sampled', patterns}}));
const PURSUIT: Source = {name: 'ADMM, pursuit', params: {source: 'pursuit'}};
const ALL: Source = {name: 'ADMM, all patterns', params: {source: 'all'}};

export const ARENAS: readonly Arena[] = [
  {
    name: 'xor-40', dataset: xor(40), beta: 0.1, batches: [{size: 0, sweepSteps: STEPS}],
    iterations: 1500, sources: [...SAMPLED, ALL, PURSUIT], certified: true,
  },
  {
    name: 'spiral-100', dataset: spiral(100), beta: 0.05, batches: [{size: 0, sweepSteps: STEPS}],
    iterations: 1500, sources: [...SAMPLED, ALL, PURSUIT], certified: true,
  },
  {
    name: 'breast-cancer', dataset: {id: 'breast-cancer', params: {}}, beta: 2.65, batches: [{size: 64, sweepSteps: STEPS}, {size: 0, sweepSteps: 2000}],
    iterations: 1500, sources: [...SAMPLED, PURSUIT], certified: false,
  },
  {
    // A full-batch step takes as long as 22 of these, so there is no full batch.
    name: 'digits', dataset: {id: 'digits', params: {classes: 'parity'}}, beta: 4, batches: [{size: 64, sweepSteps: 2000}],
    iterations: 1500, sources: [...SAMPLED, PURSUIT], certified: false,
  },
];

export const admm = ({name, params, iterations}: Source, arena: Arena): Entrant => ({
  name, solver: 'convex-admm', params, model: {}, rate: null, steps: iterations ?? arena.iterations,
});

export const firstOrder = ([name, solver]: (typeof METHODS)[number], batchSize: number, learningRate: number, steps: number): Entrant => ({
  name: `${name}, ${batchSize === 0 ? 'full batch' : `batch ${batchSize}`}`, solver, params: {learningRate, batchSize}, model: {width: WIDTH}, rate: learningRate, steps,
});
