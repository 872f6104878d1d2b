import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {ReadDataFile} from '../core/data.ts';
import type {Experiment} from '../core/experiment.ts';
import type {InstrumentRequest} from '../core/instrumentRequests.ts';
import type {BackendReport, BackendRequest, Ending, RunEvent, Snapshot, Telemetry} from '../core/protocol.ts';
import {appendColumns, type Columns, type ContestantResult, contestantResult, EMPTY_COLUMNS, type ResultsDocument} from '../core/results.ts';
import {type Fault, failure, type Result, success} from '../core/result.ts';
import {CERTIFICATE_SECONDS, CERTIFICATE_TOLERANCE, type Certificate, type StudyEvent} from '../core/study.ts';
import {loadData} from '../engine/data.ts';
import {RunHandler} from '../engine/runHandler.ts';
import {certificateStudy} from '../engine/studies/certificate.ts';
import {lookAt} from './instruments.ts';

/** Shipped data files, from a folder on disk. */
export const readFrom =
  (folder: string): ReadDataFile =>
  (name) =>
    readFile(join(folder, name), 'utf8');

/** A grant that never ends early: headless runs need no breathing. */
const UNTIL_DONE = {iterations: 1_000_000_000, milliseconds: Number.POSITIVE_INFINITY};

interface Raced {
  readonly result: ContestantResult;
  /** Networks along its way. */
  readonly path: readonly Snapshot[];
}

/** Runs every contestant to its end, one after the other, on the worker's own handler. */
export class HeadlessSession {
  readonly #events: RunEvent[] = [];
  readonly #handler: RunHandler;
  readonly #readFile: ReadDataFile;

  constructor(dataFolder: string) {
    this.#readFile = readFrom(dataFolder);
    this.#handler = new RunHandler({
      emit: (event) => this.#events.push(event),
      readFile: () => this.#readFile,
      clock: () => performance.now(),
    });
  }

  async start(request: BackendRequest): Promise<BackendReport> {
    await this.#handler.handle({type: 'hello', request, exclude: [], base: ''});
    const event = this.#events.pop();
    if (event?.type !== 'ready') throw new Error(event?.type === 'broken' ? event.message : 'the engine did not answer');
    return event.report;
  }

  /** The whole document; a fault names the field that could not be run. Those of instruments stand in the document. */
  async run(experiment: Experiment, backend: BackendReport, instruments: readonly InstrumentRequest[] = []): Promise<Result<ResultsDocument>> {
    const data = await loadData(experiment, this.#readFile);
    if (!data.ok) return data;
    // First, so that a certificate that can't be had is refused before time is spent on the race.
    const proved = experiment.certificate ? await this.#certify(experiment) : success(null);
    if (!proved.ok) return proved;
    const certificate = proved.value;
    const sharpness = instruments.some(({kind}) => kind === 'sharpness');
    const raced: Raced[] = [];
    for (const index of experiment.contestants.keys()) {
      const one = await this.#contestant(experiment, index, certificate, sharpness);
      if (!one.ok) return one;
      raced.push(one.value);
    }
    const contestants = raced.map(({result}) => result);
    const looked = await lookAt(instruments, {experiment, backend: backend.backend, readFile: this.#readFile, paths: raced.map(({path}) => path), contestants});
    const {train, test, notes} = data.value;
    const parts = {train: train.n, test: test.n, notes};
    const document: ResultsDocument = {format: 'basin-results', formatVersion: 1, experiment, backend, data: parts, certificate, contestants};
    return success(instruments.length > 0 ? {...document, instruments: looked} : document);
  }

  /** The interval when it is closed, can't be narrowed, or time is up. */
  async #certify(experiment: Experiment): Promise<Result<Certificate>> {
    let last: Certificate | null = null;
    let fault: Fault | null = null;
    const emit = (event: StudyEvent): void => {
      if (event.type === 'certificate') last = event.certificate;
      if (event.type === 'refused') fault = event;
    };
    const services = {emit, readFile: this.#readFile, clock: () => performance.now()};
    await certificateStudy({experiment, tolerance: CERTIFICATE_TOLERANCE}, services, CERTIFICATE_SECONDS);
    if (last) return success(last);
    const {field, message} = fault ?? {field: 'engine', message: 'did not answer'};
    return failure(field, message);
  }

  async #contestant(experiment: Experiment, index: number, certificate: Certificate | null, sharpness: boolean): Promise<Result<Raced>> {
    const runId = `run${index}`;
    const first = await this.#ask({type: 'prepare', runId, experiment, contestant: index});
    if (!first.ok) return first;
    let columns: Columns = appendColumns(EMPTY_COLUMNS, first.value);
    let ending: Ending | null = first.value.ending;
    let progress = first.value.progress;
    const notices = [...first.value.notices];
    const path = [...first.value.snapshots];
    while (!ending) {
      const next = await this.#ask({type: 'advance', runId, grant: {...UNTIL_DONE, sharpness}});
      if (!next.ok) return next;
      columns = appendColumns(columns, next.value);
      ({ending, progress} = next.value);
      notices.push(...next.value.notices);
      path.push(...next.value.snapshots);
    }
    await this.#handler.handle({type: 'cancel', runId});
    return success({result: contestantResult(experiment, index, columns, progress, ending, notices, certificate), path});
  }

  async #ask(command: Parameters<RunHandler['handle']>[0]): Promise<Result<Telemetry, Fault>> {
    this.#events.length = 0;
    await this.#handler.handle(command);
    for (const event of this.#events) {
      if (event.type === 'telemetry') return success(event.telemetry);
      if (event.type === 'refused') return failure(event.field, event.message);
      if (event.type === 'broken' || event.type === 'deviceLost') return failure('engine', event.message);
    }
    return failure('engine', 'did not answer');
  }
}
