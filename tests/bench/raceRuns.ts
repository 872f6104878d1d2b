import {faultText} from '../../src/core/experiment.ts';
import type {BackendReport} from '../../src/core/protocol.ts';
import type {ContestantResult} from '../../src/core/results.ts';
import {HeadlessSession} from '../../src/headless/runExperiment.ts';
import {DATA_FOLDER} from './dataSets.ts';
import {parsed} from './open.ts';
import {admm, type Arena, type Entrant, firstOrder, METHODS, RATES, STEPS} from './raceSettings.ts';
import {median, show} from './table.ts';

/** A run's records. */
export interface Curve {
  readonly entrant: Entrant;
  readonly seconds: readonly number[];
  readonly passes: readonly number[];
  readonly objective: readonly number[];
  /** J at the end, infinite where the run diverged. */
  readonly final: number;
  /** Neurons of the last network: the width, or those of ADMM that are not zero. */
  readonly neurons: number;
  readonly testScore: number;
}

export interface Engine {
  readonly session: HeadlessSession;
  readonly backend: BackendReport;
}

export async function openEngine(): Promise<Engine> {
  const session = new HeadlessSession(DATA_FOLDER);
  return {session, backend: await session.start('wasm')};
}

const describe = ({dataset, beta}: Arena, {solver, params, model}: Entrant, steps: number): object => ({
  dataset, problem: {id: 'two-layer-relu', params: {loss: 'squared', beta}}, contestants: [{solver: {id: solver, params}, model}], budget: {amount: steps},
});

function curveOf(entrant: Entrant, {status, final, history}: ContestantResult): Curve {
  const column = (name: string): number[] => (history[name] ?? []).map((value) => value ?? Number.POSITIVE_INFINITY);
  return {
    entrant, seconds: column('seconds'), passes: column('evaluations'), objective: column('objective'),
    final: status === 'diverged' ? Number.POSITIVE_INFINITY : (final.objective ?? Number.POSITIVE_INFINITY),
    neurons: final.activeNeurons ?? Number((entrant.model as {readonly width?: number}).width),
    testScore: final.testScore ?? Number.NaN,
  };
}

async function run({session, backend}: Engine, arena: Arena, entrant: Entrant, steps: number): Promise<Curve> {
  const result = await session.run(parsed(describe(arena, entrant, steps)), backend);
  if (!result.ok) throw new Error(faultText(result.error));
  return curveOf(entrant, result.value.contestants[0]);
}

/** Runs shorter than this many seconds are timed three times. */
const SHORT = 3;

/** A short run first, so that none pays for the compiler. Repetitions have the same J; each record gets its median time. */
async function timed(engine: Engine, arena: Arena, entrant: Entrant): Promise<Curve> {
  await run(engine, arena, entrant, Math.max(1, Math.min(20, entrant.steps)));
  const first = await run(engine, arena, entrant, entrant.steps);
  if ((first.seconds.at(-1) ?? 0) > SHORT) return first;
  const others = [await run(engine, arena, entrant, entrant.steps), await run(engine, arena, entrant, entrant.steps)];
  return {...first, seconds: first.seconds.map((seconds, i) => median([seconds, ...others.map((other) => other.seconds[i])]))};
}

/** Each rate once; the lowest final J decides. Prints what it saw. */
async function sweep(engine: Engine, arena: Arena, method: (typeof METHODS)[number], batchSize: number, steps: number): Promise<number> {
  const finals: number[] = [];
  for (const rate of RATES) finals.push((await run(engine, arena, firstOrder(method, batchSize, rate, steps), steps)).final);
  const best = RATES[finals.indexOf(Math.min(...finals))];
  const told = RATES.map((rate, i) => `${rate}: ${Number.isFinite(finals[i]) ? finals[i].toPrecision(5) : 'diverged'}`);
  console.log(`  sweep of ${firstOrder(method, batchSize, best, steps).name}, J after ${show(steps)} steps by rate: ${told.join(', ')}`);
  return best;
}

/** Every contestant of a data set, first-order methods at the best rate of their sweep. */
export async function runArena(engine: Engine, arena: Arena, share: number): Promise<readonly Curve[]> {
  const curves: Curve[] = [];
  for (const {size, sweepSteps} of arena.batches) {
    for (const method of METHODS) {
      const rate = await sweep(engine, arena, method, size, Math.round(share * sweepSteps));
      curves.push(await timed(engine, arena, firstOrder(method, size, rate, Math.round(share * STEPS))));
    }
  }
  for (const source of arena.sources) {
    const entrant = admm(source, arena);
    curves.push(await timed(engine, arena, {...entrant, steps: Math.round(share * entrant.steps)}));
  }
  return curves;
}
