import type {RunningStudy} from '../client/studyClient.ts';
import type {NetworkDirections} from '../core/directions.ts';
import type {Experiment, PlaneKind} from '../core/experiment.ts';
import type {BackendRequest, Snapshot} from '../core/protocol.ts';
import type {StudyCommand, StudyEvent} from '../core/study.ts';

/** Directions, or why there are none. */
export type Found = NetworkDirections | {readonly missing: string};

export interface DirectionsHost {
  current(): {readonly experiment: Experiment; readonly running: boolean; readonly backend: BackendRequest; readonly base: string};
  /** A contestant's latest network, and its run. */
  networkOf(contestant: number): Snapshot | null;
  /** Directions have come: the landscape can be drawn. */
  changed(): void;
}

/** Planes that a study has to find the directions of. */
export const needsDirections = (plane: PlaneKind): boolean => plane === 'curvature' || plane === 'gradient';

interface Measured {
  readonly runId: string;
  readonly iteration: number;
  readonly found: Found;
}

/**
 * Directions of the network that a landscape is about: measured when somebody asks for them, and anew when the race rests at another
 * network. They cost some two hundred gradients, so while the race is on those measured last are good enough.
 */
export class Directions {
  readonly #start: (command: StudyCommand, onEvent: (event: StudyEvent) => void) => RunningStudy;
  readonly #host: DirectionsHost;
  #measured: Measured | null = null;
  #study: {readonly runId: string; readonly iteration: number; readonly running: RunningStudy} | null = null;

  constructor(start: (command: StudyCommand, onEvent: (event: StudyEvent) => void) => RunningStudy, host: DirectionsHost) {
    this.#start = start;
    this.#host = host;
  }

  /** What is known at the run's network; null while it is measured, after which `changed` is called. */
  of(runId: string, contestant: number): Found | null {
    const network = this.#host.networkOf(contestant);
    if (!network) return {missing: 'This contestant has no network yet.'};
    const {running} = this.#host.current();
    const known = this.#measured?.runId === runId ? this.#measured : null;
    if (known && (running || known.iteration === network.iteration)) return known.found;
    const underWay = this.#study?.runId === runId && (running || this.#study.iteration === network.iteration);
    if (!underWay) this.#measure(runId, contestant, network);
    return null;
  }

  #measure(runId: string, contestant: number, network: Snapshot): void {
    this.#study?.running.cancel();
    const {experiment, backend, base} = this.#host.current();
    const {iteration} = network;
    const keep = (found: Found): void => {
      this.#measured = {runId, iteration, found};
      this.#study = null;
      this.#host.changed();
    };
    const running = this.#start({kind: 'directions', experiment, base, contestant, network, request: backend, exclude: []}, (event) => {
      if (this.#study?.running !== running) return;
      if (event.type === 'directions') keep(event.directions);
      else if (event.type === 'refused') keep({missing: `Curvature can't be measured here: ${event.field === 'study' ? 'the study ' : ''}${event.message.replace(/[.!?]$/, '')}.`});
    });
    this.#study = {runId, iteration, running};
  }
}
