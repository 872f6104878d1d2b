import type {Experiment} from './experiment.ts';
import type {InstrumentKind} from './instrumentRequests.ts';
import type {BackendReport, Ending} from './protocol.ts';
import type {Fault} from './result.ts';
import type {Certificate} from './study.ts';

/** One contestant's outcome. Numbers that are not finite are null in JSON. */
export interface ContestantResult {
  readonly name: string;
  readonly solver: string;
  /** `finished`, `converged`, `diverged`, `failed`, or `running` where the run was not over. */
  readonly status: Ending['kind'] | 'running';
  /** Why it ended, in words. */
  readonly reason: string;
  readonly iterations: number;
  /** Full-data passes. */
  readonly evaluations: number;
  /** Compute time of the contestant's own steps. */
  readonly seconds: number;
  /**
   * (J - lower) / lower for the last J and the certificate's lower bound: how far above the optimum it can be at most.
   * Null without a certificate of all networks, and where the bound is 0.
   */
  readonly gap: number | null;
  /** The last record, by metric. */
  readonly final: Readonly<Record<string, number | null>>;
  /** All records, as columns of equal length. */
  readonly history: Readonly<Record<string, readonly (number | null)[]>>;
  readonly notices: readonly string[];
}

/** What the headless run prints and the page's export saves. */
export interface ResultsDocument {
  readonly format: 'basin-results';
  readonly formatVersion: 1;
  readonly experiment: Experiment;
  readonly backend: BackendReport | null;
  readonly data: {readonly train: number; readonly test: number; readonly notes: readonly string[]} | null;
  /** Where the experiment asks for one. */
  readonly certificate: Certificate | null;
  readonly contestants: readonly ContestantResult[];
  /** What a config's instruments have seen, in their order; left out where it asks for none. */
  readonly instruments?: readonly InstrumentResult[];
}

/** The request with its defaults, and what was found; or in its place the fault that showed only after the race. */
export type InstrumentResult = Readonly<Record<string, unknown>> & {readonly kind: InstrumentKind; readonly fault?: Fault};

/** A growing history: the records of several telemetry messages put end to end. */
export interface Columns {
  readonly iterations: readonly number[];
  readonly evaluations: readonly number[];
  readonly seconds: readonly number[];
  readonly metrics: Readonly<Record<string, readonly number[]>>;
}

export const EMPTY_COLUMNS: Columns = {iterations: [], evaluations: [], seconds: [], metrics: {}};

interface Batch {
  readonly iterations: ArrayLike<number>;
  readonly evaluations: ArrayLike<number>;
  readonly seconds: ArrayLike<number>;
  readonly metrics: Readonly<Record<string, ArrayLike<number>>>;
}

/** `columns` with the records of `batch` after them; metrics that one side lacks are NaN there. */
export function appendColumns(columns: Columns, batch: Batch): Columns {
  if (batch.iterations.length === 0) return columns;
  const before = columns.iterations.length;
  const names = new Set([...Object.keys(columns.metrics), ...Object.keys(batch.metrics)]);
  const missing = (count: number): number[] => new Array<number>(count).fill(Number.NaN);
  return {
    iterations: [...columns.iterations, ...Array.from(batch.iterations)],
    evaluations: [...columns.evaluations, ...Array.from(batch.evaluations)],
    seconds: [...columns.seconds, ...Array.from(batch.seconds)],
    metrics: Object.fromEntries(
      [...names].map((name) => [
        name,
        [...(columns.metrics[name] ?? missing(before)), ...Array.from(batch.metrics[name] ?? missing(batch.iterations.length))],
      ]),
    ),
  };
}

/** See ContestantResult.gap; J is measured in float32, so at the optimum the gap may be a rounding error below 0. */
export const gapAbove = (objective: number, certificate: Certificate | null): number | null =>
  certificate?.scope === 'global' && certificate.lower > 0 ? finite((objective - certificate.lower) / certificate.lower) : null;

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

export function contestantResult(
  experiment: Experiment,
  index: number,
  columns: Columns,
  progress: {readonly iteration: number; readonly evaluations: number; readonly seconds: number},
  ending: Ending | null,
  notices: readonly string[],
  certificate: Certificate | null,
): ContestantResult {
  const {name, solver} = experiment.contestants[index];
  const all = {iterations: columns.iterations, evaluations: columns.evaluations, seconds: columns.seconds, ...columns.metrics};
  return {
    name,
    solver: solver.id,
    status: ending?.kind ?? 'running',
    reason: ending?.reason ?? '',
    iterations: progress.iteration,
    evaluations: progress.evaluations,
    seconds: progress.seconds,
    gap: gapAbove(columns.metrics.objective?.at(-1) ?? Number.NaN, certificate),
    final: Object.fromEntries(Object.entries(columns.metrics).map(([metric, values]) => [metric, finite(values.at(-1) ?? Number.NaN)])),
    history: Object.fromEntries(Object.entries(all).map(([column, values]) => [column, values.map(finite)])),
    notices,
  };
}
