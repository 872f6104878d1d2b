import type {Vars} from '../../core/problem.ts';
import type {Snapshot} from '../../core/protocol.ts';
import {type Replica, type Replicas, replicaOf, type Solver, type SolverContext, type SolverState} from '../../core/solver.ts';
import {iterate} from '../iterate.ts';
import {disposeCopies, disposeReplaced, readVars, tensorsOf, tidyState} from '../tensors.ts';
import {tf} from '../tf.ts';

/** Networks that advance in one go: many as replicas, or one by its solver's own steps. */
export interface Group {
  /** Place of the first network among all. */
  readonly from: number;
  /** @param first iteration of the first step, from 1 */
  advance(first: number, count: number): Promise<void>;
  networks(): Promise<readonly Snapshot[]>;
  dispose(): void;
}

/** What the states of all networks may take together. */
const MEMORY_LIMIT = 1e9;

/** Networks of one contestant, one for each seed, at their start. */
export function groupsOf(solver: Solver, context: SolverContext, seeds: readonly number[]): readonly Group[] {
  const networks = seeds.map((seed) => replicaOf({...context, seed}));
  return replicaGroups(solver, context, networks) ?? inTurn(solver, context, seeds);
}

/** Networks of one contestant side by side, in as few groups as memory allows; null where some have to go one by one. */
export function replicaGroups({replicas}: Solver, context: SolverContext, networks: readonly Replica[]): readonly ReplicaGroup[] | null {
  const sizes: number[] = [];
  for (let from = 0; from < networks.length; from += sizes[sizes.length - 1]) {
    const size = replicas?.fit(context, networks.slice(from)) ?? 0;
    if (size === 0) return null;
    sizes.push(Math.min(size, networks.length - from));
  }
  let from = 0;
  return sizes.map((size) => {
    from += size;
    return new ReplicaGroup(replicas as Replicas<SolverState>, context, networks.slice(from - size, from), from - size);
  });
}

function inTurn(solver: Solver, context: SolverContext, seeds: readonly number[]): readonly Group[] {
  const groups: SingleGroup[] = [];
  for (const [r, seed] of seeds.entries()) {
    const group = new SingleGroup(solver, {...context, seed}, r);
    groups.push(group);
    if (r > 0 || group.bytes * seeds.length <= MEMORY_LIMIT) continue;
    group.dispose();
    const room = Math.max(1, Math.floor(MEMORY_LIMIT / group.bytes));
    throw new Error(`${seeds.length} of its networks need more than ${MEMORY_LIMIT / 1e9} GB at once. Take at most ${room} starts`);
  }
  return groups;
}

export class ReplicaGroup implements Group {
  readonly from: number;
  readonly #replicas: Replicas<SolverState>;
  readonly #context: SolverContext;
  readonly #own: readonly Replica[];
  #state: SolverState;

  constructor(replicas: Replicas<SolverState>, context: SolverContext, networks: readonly Replica[], from: number) {
    this.from = from;
    this.#replicas = replicas;
    this.#context = context;
    this.#own = networks;
    this.#state = tidyState(() => ({state: replicas.init(context, networks)})).state;
  }

  async advance(first: number, count: number): Promise<void> {
    const most = this.#replicas.most(this.#context, this.#own.length);
    for (let done = 0; done < count; ) {
      const now = Math.min(most, count - done);
      const before = this.#state;
      this.#state = tidyState(() => ({state: this.#replicas.steps(this.#context, before, this.#own, first + done, now)})).state;
      disposeReplaced(before, this.#state);
      done += now;
    }
  }

  /** Something of all networks, from their variables with the leading axis. The tensors that it makes are its own. */
  seen<T>(look: (stacked: Vars) => Promise<T>): Promise<T> {
    return seenIn(() => this.#replicas.weights(this.#context, this.#state), this.#state, look);
  }

  async networks(): Promise<readonly Snapshot[]> {
    const {shapes, values} = await this.seen(readVars);
    return this.#own.map((_, r) => unstacked(shapes, values, r));
  }

  dispose(): void {
    disposeReplaced(this.#state, null);
    this.#state = {};
  }
}

class SingleGroup implements Group {
  readonly from: number;
  readonly bytes: number;
  readonly #solver: Solver;
  readonly #context: SolverContext;
  #state: SolverState;

  constructor(solver: Solver, context: SolverContext, from: number) {
    this.from = from;
    this.#solver = solver;
    this.#context = context;
    this.#state = tidyState(() => ({state: solver.init(context)})).state;
    this.bytes = [...tensorsOf(this.#state)].reduce((sum, tensor) => sum + 4 * tensor.size, 0);
  }

  async advance(first: number, count: number): Promise<void> {
    const most = this.#solver.burst?.most(this.#context) ?? 1;
    for (let done = 0; done < count; ) {
      const now = Math.min(most, count - done);
      this.#state = (await iterate(this.#solver, this.#context, this.#state, first + done, now)).state;
      done += now;
    }
  }

  async networks(): Promise<readonly Snapshot[]> {
    return [{iteration: 0, ...(await seenIn(() => this.#solver.weights(this.#context, this.#state), this.#state, readVars))}];
  }

  dispose(): void {
    disposeReplaced(this.#state, null);
    this.#state = {};
  }
}

/** Something of a state's weights, whose tensors are disposed where they are not the state's own. */
async function seenIn<T>(weights: () => Vars, state: SolverState, look: (vars: Vars) => Promise<T>): Promise<T> {
  const vars = tf.tidy(weights);
  const found = await look(vars);
  disposeCopies(vars, state);
  return found;
}

/** Network r of variables that have a leading axis over networks. */
function unstacked(shapes: Readonly<Record<string, readonly number[]>>, values: Float32Array, r: number): Snapshot {
  const own: Record<string, readonly number[]> = {};
  const parts: Float32Array[] = [];
  let at = 0;
  for (const [name, [networks, ...shape]] of Object.entries(shapes)) {
    const size = shape.reduce((product, length) => product * length, 1);
    own[name] = shape;
    parts.push(values.subarray(at + r * size, at + (r + 1) * size));
    at += networks * size;
  }
  const flat = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    flat.set(part, to);
    to += part.length;
  }
  return {iteration: 0, shapes: own, values: flat};
}
