import {tf} from './tf.ts';
import type {SolverState} from '../core/solver.ts';
import type {Scalar, Vars} from '../core/problem.ts';

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The distinct tensors of a solver's state: at the top level and one level down in plain records. */
export function tensorsOf(state: SolverState): Set<tf.Tensor> {
  const found = new Set<tf.Tensor>();
  const look = (value: unknown, deeper: boolean): void => {
    if (value instanceof tf.Tensor) found.add(value);
    else if (deeper && isPlain(value)) for (const inner of Object.values(value)) look(inner, false);
  };
  for (const value of Object.values(state)) look(value, true);
  return found;
}

/** The state with a copy of each tensor, which shares its memory: where tensorsOf looks, and host values as they are. */
export function copiedState(state: SolverState): SolverState {
  const copy = (value: unknown, deeper: boolean): unknown => {
    if (value instanceof tf.Tensor) return tf.keep(tf.clone(value));
    if (!deeper || !isPlain(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copy(inner, false)]));
  };
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, copy(value, true)]));
}

/** Runs `make` in a tidy and keeps exactly the tensors of the state that it returns. */
export function tidyState<T extends {readonly state: SolverState}>(make: () => T): T {
  let result: T | undefined;
  tf.tidy(() => {
    result = make();
    for (const tensor of tensorsOf(result.state)) tf.keep(tensor);
  });
  return result as T;
}

/** Disposes the tensors of `old` that `next` does not hold. */
export function disposeReplaced(old: SolverState, next: SolverState | null): void {
  const held = next ? tensorsOf(next) : new Set<tf.Tensor>();
  for (const tensor of tensorsOf(old)) if (!held.has(tensor)) tensor.dispose();
}

/** Disposes a network's variables that were made for it (by a mapping, say) and are not the state's own. */
export function disposeCopies(vars: Vars, state: SolverState): void {
  const own = tensorsOf(state);
  tf.dispose(Object.values(vars).filter((tensor) => !own.has(tensor)));
}

/** A network's variables as one float32 vector, read back from the device. */
export async function readVars(vars: Vars): Promise<{readonly shapes: Record<string, number[]>; readonly values: Float32Array}> {
  const names = Object.keys(vars);
  const parts = await Promise.all(names.map((name) => vars[name].data<'float32'>()));
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return {shapes: Object.fromEntries(names.map((name) => [name, vars[name].shape])), values};
}

/** Scalars and vectors by name (tensors or host numbers), read back in one go; entry i of a vector is `name/i`. The tensors are disposed. */
export async function readScalars(scalars: Readonly<Record<string, Scalar | tf.Tensor1D | number>>): Promise<Record<string, number>> {
  const out: Record<string, number> = {};
  const tensors: Record<string, tf.Tensor> = {};
  for (const [name, value] of Object.entries(scalars)) {
    if (typeof value === 'number') out[name] = value;
    else tensors[name] = value;
  }
  if (Object.keys(tensors).length === 0) return out;
  const vectors = new Set(Object.keys(tensors).filter((name) => tensors[name].rank > 0));
  for (const [name, values] of Object.entries(await readArrays(tensors))) {
    for (const [i, value] of values.entries()) out[vectors.has(name) ? `${name}/${i}` : name] = value;
  }
  return out;
}

/** Tensors of any shapes by name, read back in one go as flat arrays; the tensors are disposed. */
export async function readArrays(tensors: Readonly<Record<string, tf.Tensor>>): Promise<Record<string, Float32Array>> {
  const entries = Object.entries(tensors);
  const packed = tf.tidy(() => tf.concat(entries.map(([, tensor]) => tf.reshape(tensor, [tensor.size]))));
  const values = await packed.data<'float32'>();
  tf.dispose([packed, ...entries.map(([, tensor]) => tensor)]);
  let at = 0;
  return Object.fromEntries(
    entries.map(([name, {size}]) => {
      at += size;
      return [name, values.slice(at - size, at)];
    }),
  );
}
