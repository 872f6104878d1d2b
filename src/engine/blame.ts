import type {Problem, Vars} from '../core/problem.ts';
import type {Solver, SolverContext, SolverState} from '../core/solver.ts';
import {iterate} from './iterate.ts';
import {copiedState, disposeCopies, disposeReplaced, readScalars} from './tensors.ts';
import {tf} from './tf.ts';

/** A state to go back to, by copies of its tensors (which share the originals' memory). */
export interface Checkpoint {
  readonly state: SolverState;
  readonly iteration: number;
}

export const checkpointOf = (state: SolverState, iteration: number): Checkpoint => ({state: copiedState(state), iteration});

/** What a layer's number means to a reader. */
const layerName = (index: number): string => (index === 0 ? 'the input layer' : `layer ${index}`);

const broken = (values: readonly number[]): readonly number[] => values.flatMap((value, i) => (Number.isFinite(value) ? [] : [i]));

/** Entries `name/0`, `name/1`, ... in order. */
function entriesOf(scalars: Readonly<Record<string, number>>, name: string): readonly number[] {
  const values: number[] = [];
  for (let i = 0; `${name}/${i}` in scalars; i++) values.push(scalars[`${name}/${i}`]);
  return values;
}

/** Where the numbers of a network at finite weights stop being finite: forwards in the hidden states, else backwards in their gradients. */
async function placeIn(problem: Problem, vars: Vars, context: SolverContext): Promise<string | null> {
  const measured = await readScalars(tf.tidy(() => problem.measures?.(vars, context.model) ?? {}));
  const hidden = broken(entriesOf(measured, 'rms'));
  if (hidden.length > 0) return `in the hidden state of ${layerName(hidden[0])}`;
  const slopes = broken(entriesOf(measured, 'slope'));
  return slopes.length > 0 ? `in the gradient at ${layerName(slopes[slopes.length - 1])}` : null;
}

/** The first variable that is not finite any more, or null. */
async function brokenVariable(vars: Vars): Promise<string | null> {
  const sums = await readScalars(tf.tidy(() => Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, tf.sum(tf.abs(value)) as tf.Scalar]))));
  return Object.keys(vars).find((name) => !Number.isFinite(sums[name])) ?? null;
}

/**
 * Where a run first met a number that is not finite: takes the steps from the last sound record again, one by one, looking at
 * the layers each time. In words that follow "first at iteration ...", or null where the replay meets none.
 * @param until iteration of the record that was not finite
 */
export async function firstBroken(problem: Problem, solver: Solver, context: SolverContext, {state: sound, iteration: from}: Checkpoint, until: number): Promise<string | null> {
  let state = copiedState(sound);
  try {
    for (let iteration = from; iteration <= until; iteration++) {
      if (iteration > from) state = (await iterate(solver, context, state, iteration, 1)).state;
      const vars = tf.tidy(() => solver.weights(context, state));
      const variable = await brokenVariable(vars);
      const place = variable ? `in the step of the variable "${variable}"` : await placeIn(problem, vars, context);
      disposeCopies(vars, state);
      if (place) return `first at iteration ${iteration} ${place}`;
    }
    return null;
  } finally {
    disposeReplaced(state, null);
  }
}
