import {EXPERIMENT_VERSION} from './experiment.ts';
import {failure, type Result, success} from './result.ts';

/**
 * How an experiment of version n becomes one of version n + 1, by n. Links and saved configs of every
 * version pass through here, so an entry is never changed once released; a test checks that the table
 * has no gaps.
 */
export const MIGRATIONS: Readonly<Record<number, (old: Record<string, unknown>) => Record<string, unknown>>> = {};

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
