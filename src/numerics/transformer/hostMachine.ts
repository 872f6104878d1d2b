import type {ParamValues} from '../../core/params.ts';
import type {Snapshot} from '../../core/protocol.ts';
import {headChoiceOf} from '../heads/headSpec.ts';
import {type HostHead, hostHeadOf} from '../heads/hostHead.ts';
import {designOf} from './design.ts';
import {HostForward} from './hostForward.ts';
import {emptyWeights, type NetworkWeights} from './hostNetwork.ts';
import type {Reading} from './layout.ts';

/** A network's function with room for its weights, which change from point to point. */
export interface HostMachine {
  readonly net: NetworkWeights;
  readonly forward: HostForward;
  readonly head: HostHead;
}

/** Networks of so many kins keep their buffers. */
const MOST_MACHINES = 4;

/** The parameters of a network's contestant. */
export function modelOf({model}: Snapshot): ParamValues {
  if (model) return model;
  throw new Error("this network came without its contestant's parameters; start the run again");
}

/** What two networks must agree in to be points of one space with one J: shapes, design and head, not how they started. */
export function kinOf(snapshot: Snapshot): string {
  const model = modelOf(snapshot);
  return JSON.stringify([snapshot.shapes, designOf(model), headChoiceOf(model)]);
}

/** The machine of a network's kin, made once; its weights are whatever was last put there. */
export function machinesFor(reading: Reading): (snapshot: Snapshot) => HostMachine {
  const machines = new Map<string, HostMachine>();
  return (snapshot) => {
    const key = kinOf(snapshot);
    const known = machines.get(key);
    if (known) return known;
    const model = modelOf(snapshot);
    const net = emptyWeights(snapshot.shapes);
    const machine = {net, forward: new HostForward(reading, designOf(model), net), head: hostHeadOf(headChoiceOf(model), reading.outputs)};
    const [oldest] = machines.keys();
    if (machines.size === MOST_MACHINES && oldest !== undefined) machines.delete(oldest);
    machines.set(key, machine);
    return machine;
  };
}

/** (beta/2) sum w^2 over all weights but gains, shifts and alpha. */
export function penaltyOf({values, free}: NetworkWeights, beta: number): number {
  if (beta === 0) return 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) if (free[i] === 0) sum += values[i] ** 2;
  return (beta / 2) * sum;
}
