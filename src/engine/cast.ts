import type {HostProblem} from '../core/hostProblem.ts';
import type {PlaneKind} from '../core/experiment.ts';
import type {LandscapeSpec, Snapshot} from '../core/protocol.ts';
import {failure, type Result, success} from '../core/result.ts';
import type {Slowness} from './slowness.ts';

/** A diverging run's path is drawn while J stays below so many times its start; beyond, it would dwarf the others. */
const OUTGROWN = 100;

/** What is known of a run: its networks so far. */
export interface RunPath {
  snapshots: Snapshot[];
  /** Whether networks with infinite or undefined weights were left out. */
  overflowed: boolean;
}

/** What a landscape starts from: the runs that have a network, their names and what is drawn of their paths. */
export interface Cast {
  readonly runIds: readonly string[];
  readonly names: readonly string[];
  readonly paths: readonly (readonly Snapshot[])[];
  /** Index of the run that the plane is about; -1 where it has no network. */
  readonly of: number;
  /** That of all these networks. */
  readonly kin: string;
  readonly notes: readonly string[];
}

/** J of a network. */
export type Objective = (snapshot: Snapshot) => number;

/**
 * A path without the end that has outgrown its start. J is looked at where a bisection needs it, since for some problems it is slow:
 * of a path that leaves and comes back, some stay within the limit is kept.
 */
function drawnPart(path: readonly Snapshot[], objective: Objective, drawnUpTo: number | undefined): readonly Snapshot[] {
  const limit = drawnUpTo ?? OUTGROWN * objective(path[0]);
  const within = (index: number): boolean => objective(path[index]) <= limit;
  if (path.length === 1 || within(path.length - 1)) return path;
  let [inside, outside] = [0, path.length - 1];
  while (outside - inside > 1) {
    const middle = (inside + outside) >> 1;
    if (within(middle)) inside = middle;
    else outside = middle;
  }
  return path.slice(0, outside);
}

/** Who may be on a landscape, and what it is of. */
export interface CastSpec extends Pick<LandscapeSpec, 'runs' | 'names' | 'of'> {
  readonly plane: PlaneKind;
  /** Of the networks that a plane of before has places for; otherwise the run that the plane is about decides. */
  readonly kin?: string;
}

/** Planes that are about no contestant in particular. */
export const isCommon = (plane: PlaneKind): boolean => plane === 'contestants' || plane === 'paths';

/** One sentence for all that are left out. */
function strangersNote(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  if (names.length === 1) return [`${names[0]} has another network or another J, so it has no place on this map.`];
  return [`${names.slice(0, -1).join(', ')} and ${names[names.length - 1]} have other networks or another J, so they have no place on this map.`];
}

/**
 * The runs of a landscape: those with networks that are points of one space with that of the run which the plane is about. Refused, after one
 * evaluation, where J is so slow that no picture can be had: those of a path's end would take as long each.
 */
export function castOf(host: HostProblem, pathOf: (runId: string) => RunPath | undefined, spec: CastSpec, objective: Objective, slowness: Slowness): Result<Cast> {
  const {kin, drawnUpTo, standsAlone} = host;
  const started = spec.runs.flatMap((runId, i) => {
    const path = pathOf(runId);
    const latest = path?.snapshots.at(-1);
    return path && latest ? [{runId, name: spec.names[i], path, kin: kin?.(latest) ?? ''}] : [];
  });
  if (started.length === 0 && standsAlone) return success({runIds: [], names: [], paths: [], of: -1, kin: '', notes: []});
  if (started.length === 0) return failure('runs', 'no contestant has a network yet; take a step first');
  const about = started.find(({runId}) => runId === spec.of);
  if (!about && !isCommon(spec.plane) && spec.kin === undefined) return failure('of', 'this contestant has no network yet; take a step first');
  const kinOfPlane = spec.kin ?? (about ?? started[0]).kin;
  const first = started.find((one) => one.kin === kinOfPlane);
  const slow = first ? slowness.faultOf(kinOfPlane, () => host.evaluate(first.path.snapshots[0])) : null;
  if (slow) return {ok: false, error: slow};
  const cast = started.filter((one) => one.kin === kinOfPlane).map((one) => ({...one, drawn: drawnPart(one.path.snapshots, objective, drawnUpTo)}));
  const strangers = strangersNote(started.filter((one) => one.kin !== kinOfPlane).map(({name}) => name));
  const cut = cast
    .filter(({path, drawn}) => drawn.length < path.snapshots.length || path.overflowed)
    .map(({name, path, drawn}) => {
      const next = path.snapshots.at(drawn.length);
      const why = next && Number.isNaN(objective(next)) ? 'J is not defined further on' : `J rose beyond ${OUTGROWN} times its start`;
      return `${name}: ${why}, so its path is drawn up to iteration ${drawn[drawn.length - 1].iteration}.`;
    });
  return success({
    runIds: cast.map((one) => one.runId),
    names: cast.map((one) => one.name),
    paths: cast.map((one) => one.drawn),
    of: cast.findIndex(({runId}) => runId === spec.of),
    kin: kinOfPlane,
    notes: [...strangers, ...cut],
  });
}
