import {writeFileSync} from 'node:fs';
import {CATALOGUE} from '../catalogue.ts';
import {type ExampleContestant, type ExampleRace, exampleRunId} from '../core/example.ts';
import {type Experiment, parseExperiment} from '../core/experiment.ts';
import {encodeLink} from '../core/link.ts';
import type {InstrumentEvent, RunCommand, RunEvent, Telemetry} from '../core/protocol.ts';
import {CERTIFICATE_TOLERANCE, type Certificate, type StudyEvent} from '../core/study.ts';
import {appendColumns, EMPTY_COLUMNS} from '../core/results.ts';
import {toTypedJson} from '../core/typedJson.ts';
import {loadHostProblem} from '../engine/hostPlugins.ts';
import {createInstruments} from '../engine/instruments.ts';
import {RunHandler} from '../engine/runHandler.ts';
import {certificateStudy} from '../engine/studies/certificate.ts';
import {DEFAULT_PRESET} from '../presets/registry.ts';
import {prepareNodeBackends} from './nodeBackends.ts';
import {readFrom} from './runExperiment.ts';

/** `node example.mjs DATA_FOLDER OUT_FILE`: runs the default preset and writes what the page needs to show it. */
const LANDSCAPE_SIDE = 61;
const BOUNDARY_SIDE = 56;
/** Four digits for what is drawn; a certificate keeps its own. */
const DIGITS = 4;
const CERTIFICATE_SECONDS = 30;

const [dataFolder, outFile] = process.argv.slice(2);
const readFile = readFrom(dataFolder);

async function runToEnd(experiment: Experiment, index: number): Promise<readonly Telemetry[]> {
  const events: RunEvent[] = [];
  const handler = new RunHandler({emit: (event) => events.push(event), readFile: () => readFile, clock: () => performance.now()});
  const commands: readonly RunCommand[] = [
    {type: 'hello', request: 'wasm', exclude: [], base: ''},
    {type: 'prepare', runId: exampleRunId(index), experiment, contestant: index},
    {type: 'advance', runId: exampleRunId(index), grant: {iterations: 1_000_000, milliseconds: Number.POSITIVE_INFINITY}},
    {type: 'cancel', runId: exampleRunId(index)},
  ];
  for (const command of commands) await handler.handle(command);
  return events.flatMap((event) => (event.type === 'telemetry' ? [event.telemetry] : []));
}

/** Asks the instruments one thing and waits for its answer. */
async function look(experiment: Experiment, races: readonly (readonly Telemetry[])[]): Promise<readonly InstrumentEvent[]> {
  const events: InstrumentEvent[] = [];
  const handle = createInstruments({
    emit: (event) => events.push(event),
    load: (wanted) => loadHostProblem(wanted, readFile),
    pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
  });
  const runs = races.map((_, index) => exampleRunId(index));
  await handle({type: 'load', requestId: 0, experiment, base: ''});
  for (const [index, race] of races.entries()) {
    await handle({type: 'observe', runId: runs[index], snapshots: race.flatMap((telemetry) => telemetry.snapshots)});
    await handle({type: 'boundary', requestId: index + 1, runId: runs[index], side: BOUNDARY_SIDE});
    await handle({type: 'neurons', requestId: index + 1, runId: runs[index]});
  }
  const {plane, planeOf, planeSeed} = experiment.view;
  const names = experiment.contestants.map((one) => one.name);
  if (plane === 'line') throw new Error('the example needs a plane, not a line');
  await handle({type: 'landscape', requestId: 100, spec: {plane, runs, names, of: runs[planeOf], seed: planeSeed, side: LANDSCAPE_SIDE}});
  return events;
}

/** The optimum under the race, where the preset asks for it: half a minute at most. */
async function certificateOf(experiment: Experiment): Promise<Certificate | null> {
  if (!experiment.certificate) return null;
  const events: StudyEvent[] = [];
  const services = {emit: (event: StudyEvent) => events.push(event), readFile, clock: () => performance.now()};
  await certificateStudy({experiment, tolerance: CERTIFICATE_TOLERANCE}, services, CERTIFICATE_SECONDS);
  const refusal = events.find((event) => event.type === 'refused');
  if (refusal?.type === 'refused') throw new Error(`the certificate: ${refusal.field} ${refusal.message}`);
  return events.flatMap((event) => (event.type === 'certificate' ? [event.certificate] : [])).at(-1) ?? null;
}

function contestantOf(race: readonly Telemetry[], {boundary, neurons}: Pick<ExampleContestant, 'boundary' | 'neurons'>): ExampleContestant {
  const {iterations, evaluations, seconds, metrics} = race.reduce(appendColumns, EMPTY_COLUMNS);
  const last = race[race.length - 1];
  if (!last.ending) throw new Error('the example did not come to its end');
  const columns = Object.fromEntries(
    Object.entries({iterations, evaluations, seconds, ...metrics}).map(([name, values]) => [name, Float64Array.from(values)]),
  );
  return {boundary, neurons, ending: last.ending, progress: last.progress, notices: race.flatMap((telemetry) => telemetry.notices), columns};
}

async function main(): Promise<void> {
  const parsed = parseExperiment(DEFAULT_PRESET.experiment, CATALOGUE);
  if (!parsed.ok) throw new Error(`${parsed.error.field} ${parsed.error.message}`);
  prepareNodeBackends();
  const races: (readonly Telemetry[])[] = [];
  for (const index of parsed.value.contestants.keys()) races.push(await runToEnd(parsed.value, index));
  const events = await look(parsed.value, races);
  const boundaries = events.flatMap((event) => (event.type === 'boundary' ? [event.boundary] : []));
  const landscape = events.flatMap((event) => (event.type === 'landscape' ? [event.landscape] : []))[0];
  const data = events.flatMap((event) => (event.type === 'summary' ? [event.summary] : []))[0];
  const neurons = events.flatMap((event) => (event.type === 'neurons' ? [event.neurons] : []));
  const contestants = races.map((race, index) => contestantOf(race, {boundary: boundaries[index], neurons: neurons[index]}));
  const certificate = await certificateOf(parsed.value);
  const example: ExampleRace = {link: encodeLink(parsed.value, CATALOGUE), data, landscape, contestants, certificate};
  writeFileSync(outFile, toTypedJson(example, DIGITS));
}

await main();
