import type {PreparedData} from '../../src/core/data.ts';
import type {BackendName, Snapshot, Telemetry} from '../../src/core/protocol.ts';
import {loadData} from '../../src/engine/data.ts';
import {formulateProblem} from '../../src/engine/formulate.ts';
import {Run} from '../../src/engine/loop.ts';
import {solverFor} from '../../src/engine/tensorPlugins.ts';
import {tf} from '../../src/engine/tf.ts';
import {readFrom} from '../../src/headless/runExperiment.ts';
import {experimentOf} from './session.ts';

export interface OpenRun {
  readonly run: Run;
  readonly data: PreparedData;
  readonly close: () => void;
}

/** The first contestant's run, driven by hand. */
export async function openRun(json: unknown, backend: BackendName): Promise<OpenRun> {
  await tf.setBackend(backend);
  const experiment = experimentOf(json);
  const data = await loadData(experiment, readFrom('public/data'));
  if (!data.ok) throw new Error(data.error.message);
  const problem = await formulateProblem(experiment, data.value);
  const run = new Run(problem, await solverFor(experiment.contestants[0].solver, problem), experiment, 0, () => performance.now());
  const close = (): void => {
    run.dispose();
    problem.dispose();
  };
  return {run, data: data.value, close};
}

export const advance = (run: Run, iterations: number): Promise<Telemetry> => run.advance({iterations, milliseconds: Number.POSITIVE_INFINITY});

/** A variable of a network, as rows. */
export function rowsOf({shapes, values}: Snapshot, name: string): number[][] {
  let from = 0;
  for (const [key, shape] of Object.entries(shapes)) {
    const size = shape.reduce((product, length) => product * length, 1);
    const [rows, columns = 1] = shape;
    if (key === name) return Array.from({length: rows}, (_, j) => [...values.slice(from + j * columns, from + (j + 1) * columns)]);
    from += size;
  }
  throw new Error(`no variable ${name}`);
}
