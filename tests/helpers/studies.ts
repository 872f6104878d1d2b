import {CATALOGUE} from '../../src/catalogue.ts';
import type {ReadDataFile} from '../../src/core/data.ts';
import {type Experiment, faultText, parseExperiment} from '../../src/core/experiment.ts';
import type {BackendName, Snapshot} from '../../src/core/protocol.ts';
import type {StudyEvent} from '../../src/core/study.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {loadHostProblem} from '../../src/engine/hostPlugins.ts';
import {Run} from '../../src/engine/loop.ts';
import type {StudyServices} from '../../src/engine/studies/services.ts';
import {startsStudy} from '../../src/engine/studies/starts.ts';
import {solverFor} from '../../src/engine/tensorPlugins.ts';

export type EventOf<T extends StudyEvent['type']> = Extract<StudyEvent, {readonly type: T}>;

export const eventsOf = <T extends StudyEvent['type']>(events: readonly StudyEvent[], type: T): EventOf<T>[] =>
  events.filter((event): event is EventOf<T> => event.type === type);

/** Services that keep what is told. */
export function listening(readFile: ReadDataFile): {readonly services: StudyServices; readonly events: StudyEvent[]} {
  const events: StudyEvent[] = [];
  return {events, services: {emit: (event) => events.push(event), readFile, clock: () => performance.now()}};
}

/** As in session.ts, which runs in Node only. */
export function parsed(json: unknown): Experiment {
  const experiment = parseExperiment(json, CATALOGUE);
  if (!experiment.ok) throw new Error(faultText(experiment.error));
  return experiment.value;
}

/** The events of many starts of contestant 0. */
export async function startsOf(backend: BackendName, json: unknown, count: number, readFile: ReadDataFile): Promise<readonly StudyEvent[]> {
  const {services, events} = listening(readFile);
  await startsStudy({experiment: parsed(json), contestant: 0, count, request: backend, exclude: []}, services);
  const used = eventsOf(events, 'starts')[0]?.backend ?? backend;
  if (used !== backend) throw new Error(`${backend} did not start`);
  return events;
}

/** J in float64 of contestant 0's last network, run alone from a seed on the current backend. */
export async function objectiveAlone(json: unknown, seed: number, readFile: ReadDataFile): Promise<number> {
  const experiment = {...parsed(json), seed};
  const side = await loadHostProblem(experiment, readFile);
  if (!side.ok) throw new Error(faultText(side.error));
  const problem = await formulateProblem(experiment, side.value.data);
  const run = new Run(problem, await solverFor(experiment.contestants[0].solver, problem), experiment, 0, () => performance.now());
  let telemetry = await run.start();
  while (!telemetry.ending) telemetry = await run.advance({iterations: 1_000_000, milliseconds: Number.POSITIVE_INFINITY});
  run.dispose();
  problem.dispose();
  return side.value.host.evaluate(telemetry.snapshots.at(-1) as Snapshot).objective;
}
