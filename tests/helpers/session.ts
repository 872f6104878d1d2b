import {CATALOGUE} from '../../src/catalogue.ts';
import {type Experiment, faultText, parseExperiment} from '../../src/core/experiment.ts';
import type {BackendName} from '../../src/core/protocol.ts';
import type {ContestantResult} from '../../src/core/results.ts';
import {prepareNodeBackends} from '../../src/headless/nodeBackends.ts';
import {HeadlessSession} from '../../src/headless/runExperiment.ts';

prepareNodeBackends();

export function experimentOf(json: unknown): Experiment {
  const parsed = parseExperiment(json, CATALOGUE);
  if (!parsed.ok) throw new Error(faultText(parsed.error));
  return parsed.value;
}

/** Runs an experiment in this process, on the worker's own handler. */
export async function runOn(backend: BackendName, json: unknown): Promise<readonly ContestantResult[]> {
  const session = new HeadlessSession('public/data');
  const report = await session.start(backend);
  if (report.backend !== backend) throw new Error(`${backend} did not start: ${report.reason}`);
  const results = await session.run(experimentOf(json), report);
  if (!results.ok) throw new Error(faultText(results.error));
  return results.value.contestants;
}

/** A metric at the first record at or after an iteration. */
export function at({history}: ContestantResult, metric: string, iteration: number): number {
  const row = history.iterations.findIndex((value) => (value ?? 0) >= iteration);
  return history[metric][row] ?? Number.NaN;
}
