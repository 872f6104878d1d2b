import {EXPERIMENT_VERSION} from './experiment.ts';
import {failure, type Result, success} from './result.ts';

/**
 * How an experiment of version n becomes one of version n + 1, by n. Links and saved configs of every
 * version pass through here, so an entry is never changed once released; a test checks that the table
 * has no gaps.
 */
export const MIGRATIONS: Readonly<Record<number, (old: Record<string, unknown>) => Record<string, unknown>>> = {
  // Version 1 knew no certificates, and convex ADMM had sampled patterns only.
  1: (old) => ({
    ...old,
    certificate: false,
    contestants: mapList(old.contestants, (one) => mapKey(one, 'solver', (solver) => (isRecord(solver) && solver.id === 'convex-admm' ? mapKey(solver, 'params', withSampledPatterns) : solver))),
  }),
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Untrusted: what is no list or no record is left for the schema to refuse. */
const mapList = (value: unknown, change: (item: unknown) => unknown): unknown => (Array.isArray(value) ? value.map(change) : value);
const mapKey = (value: unknown, key: string, change: (inner: unknown) => unknown): unknown =>
  isRecord(value) ? {...value, [key]: change(value[key])} : value;

const withSampledPatterns = (params: unknown): unknown => (params === undefined || isRecord(params) ? {source: 'sampled', ...params} : params);

/** Brings untrusted JSON of any known version to the present one; a missing version means the present. */
export function migrate(json: unknown): Result<unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return failure('experiment', 'must be a JSON object');
  let current = json as Record<string, unknown>;
  const version = current.version ?? EXPERIMENT_VERSION;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) return failure('version', 'must be a whole number from 1');
  if (version > EXPERIMENT_VERSION) {
    return failure('version', `is ${version}, but this Basin knows versions up to ${EXPERIMENT_VERSION}; open it with a newer one`);
  }
  for (let v = version; v < EXPERIMENT_VERSION; v++) current = {...MIGRATIONS[v](current), version: v + 1};
  return success(current);
}
