import {CATALOGUE} from '../catalogue.ts';
import type {ReadDataFile} from '../core/data.ts';
import type {Experiment} from '../core/experiment.ts';
import type {InstrumentRequest, RequestOf} from '../core/instrumentRequests.ts';
import type {BackendName, InstrumentCommand, InstrumentEvent, LandscapeSpec, Snapshot} from '../core/protocol.ts';
import type {ContestantResult, InstrumentResult} from '../core/results.ts';
import {assertNever, failure, type Result, success} from '../core/result.ts';
import type {StudyEvent} from '../core/study.ts';
import {type RatePoint, sweepRates, withPoints} from '../core/sweep.ts';
import {loadHostProblem} from '../engine/hostPlugins.ts';
import {createInstruments} from '../engine/instruments.ts';
import {momentumOverlay} from '../engine/momentumOverlay.ts';
import {basinsStudy} from '../engine/studies/basins.ts';
import {curvatureStudy, directionsStudy, gradientCheckStudy} from '../engine/studies/curvature.ts';
import type {StudyServices} from '../engine/studies/services.ts';
import {sweepStudy} from '../engine/studies/sweep.ts';
import {theoryStudy} from '../engine/studies/theory.ts';

/** A race that is over, and what is needed to look at it. */
export interface FinishedRace {
  readonly experiment: Experiment;
  readonly backend: BackendName;
  readonly readFile: ReadDataFile;
  /** Networks along each contestant's way. */
  readonly paths: readonly (readonly Snapshot[])[];
  readonly contestants: readonly ContestantResult[];
}

/** What was found, by name. */
type Found = Readonly<Record<string, unknown>>;

/** Looks at a finished race as each request says. What can't be had is told in its entry: the race and the other instruments stand. */
export async function lookAt(requests: readonly InstrumentRequest[], race: FinishedRace): Promise<readonly InstrumentResult[]> {
  const results: InstrumentResult[] = [];
  for (const request of requests) {
    const found = await look(request, race).catch((error: unknown) => failure('engine', error instanceof Error ? error.message : String(error)));
    results.push(found.ok ? (plain({...request, ...found.value}) as InstrumentResult) : {...request, fault: found.error});
  }
  return results;
}

async function look(request: InstrumentRequest, race: FinishedRace): Promise<Result<Found>> {
  switch (request.kind) {
    case 'landscape':
      return landscape(request, race);
    case 'line':
      return line(request, race);
    case 'sharpness':
      return success(sharpness(race));
    case 'curvature':
      return curvature(request, race);
    case 'gradientCheck':
      return gradientCheck(request, race);
    case 'sweep':
      return sweep(request, race);
    case 'basins':
      return basins(request, race);
    case 'momentum':
      return momentum(race);
    case 'theory':
      return studied(race, 'theory', (services) => theoryStudy({settings: request}, services), (events) => ({picture: events[events.length - 1].picture}));
    default:
      return assertNever(request);
  }
}

type EventOf<T extends StudyEvent['type']> = Extract<StudyEvent, {readonly type: T}>;

/** Runs a study and makes something of the events of one type. */
async function studied<T extends StudyEvent['type']>(
  {readFile}: FinishedRace, type: T, study: (services: StudyServices) => Promise<void>, found: (events: readonly EventOf<T>[]) => Found,
): Promise<Result<Found>> {
  const events: StudyEvent[] = [];
  await study({emit: (event) => events.push(event), readFile, clock: () => performance.now()});
  const refusal = events.find((event) => event.type === 'refused');
  if (refusal?.type === 'refused') return failure(refusal.field, refusal.message);
  const told = events.filter((event): event is EventOf<T> => event.type === type);
  return told.length > 0 ? success(found(told)) : failure('engine', 'did not answer');
}


/** The command of a study of a contestant's last network whose weights are numbers, but not the one that J says has diverged. */
function networkCommand(contestant: number, {experiment, backend, paths, contestants}: FinishedRace) {
  const {status, iterations} = contestants[contestant];
  const network = paths[contestant].findLast(({iteration, values}) => !(status === 'diverged' && iteration === iterations) && values.every(Number.isFinite));
  return network ? success({experiment, contestant, network, request: backend, exclude: []}) : failure(`contestants[${contestant}]`, 'has no network');
}

async function curvature({contestant}: RequestOf<'curvature'>, race: FinishedRace): Promise<Result<Found>> {
  const command = networkCommand(contestant, race);
  if (!command.ok) return command;
  return studied(race, 'curvature', (services) => curvatureStudy(command.value, services), (events) => {
    // Directions are as long as the network and mean little without it.
    const {directions: _, ...measured} = events[events.length - 1].curvature;
    return measured;
  });
}

async function gradientCheck({contestant}: RequestOf<'gradientCheck'>, race: FinishedRace): Promise<Result<Found>> {
  const command = networkCommand(contestant, race);
  if (!command.ok) return command;
  return studied(race, 'gradientCheck', (services) => gradientCheckStudy(command.value, services), ([{check}]) => ({iteration: command.value.network.iteration, ...check}));
}

function sweep({contestant, rates, reach}: RequestOf<'sweep'>, race: FinishedRace): Promise<Result<Found>> {
  const {experiment, backend} = race;
  const {id, params} = experiment.contestants[contestant].solver;
  const grids = [{contestant, rates: sweepRates(Number(params.learningRate), CATALOGUE.solvers[id].params.learningRate, rates, reach)}];
  return studied(race, 'sweep', (services) => sweepStudy({experiment, grids, request: backend, exclude: []}, services), (events) => ({points: events.reduce((known, {points}) => withPoints(known, points), [] as readonly RatePoint[])}));
}

function basins({contestant, side, iterations}: RequestOf<'basins'>, race: FinishedRace): Promise<Result<Found>> {
  const {experiment, backend} = race;
  const command = {experiment, contestant, side, iterations, request: backend, exclude: []} as const;
  return studied(race, 'basins', (services) => basinsStudy(command, services), (events) => ({...events[events.length - 1].basins}));
}

/** The regions of the map follow from two formulas and are left out. */
async function momentum({experiment, readFile}: FinishedRace): Promise<Result<Found>> {
  const loaded = await loadHostProblem(experiment, readFile);
  if (!loaded.ok) return loaded;
  const overlay = momentumOverlay(experiment, loaded.value.data);
  return overlay ? success({entrants: overlay.entrants}) : failure('dataset', 'is no quadratic with one stationary point');
}

/** What the records of the race tell: they were taken with sharpness, as it was asked for. */
function sharpness({contestants}: FinishedRace): Found {
  const column = ({history}: ContestantResult, name: string) => history[name] ?? [];
  return {
    contestants: contestants.map((one) => {
      const measured = column(one, 'sharpness').map((value, i) => ({iteration: one.history.iterations[i], sharpness: value, limit: column(one, 'sharpnessLimit')[i] ?? null}));
      return {name: one.name, records: measured.filter((record) => record.sharpness !== null)};
    }),
  };
}

const runIdOf = (_: unknown, index: number): string => `run${index}`;

/** Shows the instruments the whole race, asks one thing, and waits for its answer. */
async function asked<T>(command: InstrumentCommand, {experiment, readFile, paths}: FinishedRace, answer: (event: InstrumentEvent) => T | null): Promise<Result<T>> {
  const events: InstrumentEvent[] = [];
  const handle = createInstruments({
    emit: (event) => events.push(event),
    load: (wanted) => loadHostProblem(wanted, readFile),
    pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
  });
  await handle({type: 'load', requestId: 0, experiment, base: ''});
  for (const [index, snapshots] of paths.entries()) await handle({type: 'observe', runId: runIdOf(null, index), snapshots});
  await handle(command);
  for (const event of events) {
    if (event.type === 'refused') return failure(event.field, event.message);
    const found = answer(event);
    if (found !== null) return success(found);
  }
  return failure('engine', 'did not answer');
}

async function landscape({plane, contestant, seed, side}: RequestOf<'landscape'>, race: FinishedRace): Promise<Result<Found>> {
  const {contestants} = race.experiment;
  const runs = contestants.map(runIdOf);
  const spec = {plane, runs, names: contestants.map(({name}) => name), of: runs[contestant], seed, side};
  const directions = plane === 'curvature' || plane === 'gradient' ? await directionsFor(contestant, race) : success({});
  if (!directions.ok) return directions;
  const found = await asked({type: 'landscape', requestId: 1, spec: {...spec, ...directions.value}}, race, (answer) => (answer.type === 'landscape' ? answer.landscape : null));
  if (!found.ok) return found;
  const {id: _, paths, ...map} = found.value;
  return success({...map, paths: paths.map(({runId, ...path}) => ({contestant: runs.indexOf(runId), ...path}))});
}

async function directionsFor(contestant: number, race: FinishedRace): Promise<Result<Pick<LandscapeSpec, 'directions'>>> {
  const command = networkCommand(contestant, race);
  if (!command.ok) return command;
  return studied(race, 'directions', (services) => directionsStudy(command.value, services), ([{directions}]) => ({directions}));
}

async function line({contestant, to}: RequestOf<'line'>, race: FinishedRace): Promise<Result<Found>> {
  const {contestants} = race.experiment;
  const runs = contestants.map(runIdOf);
  const found = await asked({type: 'line', requestId: 1, spec: {runs, names: contestants.map(({name}) => name), of: runs[contestant], to: runs[to]}}, race, (answer) => (answer.type === 'line' ? answer.line : null));
  if (!found.ok) return found;
  const {t, curves, notes} = found.value;
  return success({t, curves, notes});
}

/** As JSON can hold it: lists in place of typed arrays, null in place of numbers that are not finite. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}
