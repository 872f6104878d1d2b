import {type Fault, failure} from '../core/result.ts';

/** A picture that would take longer is refused, in milliseconds. */
export const LONGEST = 120_000;
/** The coarsest map costs at least so many evaluations of J by itself, however much the points of a row share. */
const LEAST_EVALUATIONS = 33;

const duration = (milliseconds: number): string => {
  const seconds = milliseconds / 1000;
  if (seconds < 90) return `${Number(seconds.toPrecision(2))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
};

/**
 * @param point milliseconds that J at a point takes
 * @param atLeast milliseconds that the coarsest picture takes at least
 */
export const tooSlow = (point: number, atLeast: number): Fault =>
  failure(
    'problem',
    `is too large to be mapped here: J at one network takes about ${duration(point)}, so even the coarsest picture would take more than ${duration(atLeast)}. Choose a smaller network or fewer samples to see it`,
  ).error;

/** Milliseconds that something takes; what seems too much is done again, as a machine that slept would look like this. */
export function fairly(work: () => void, most: number, clock: () => number): number {
  const once = (): number => {
    const from = clock();
    work();
    return clock() - from;
  };
  const first = once();
  return first > most ? Math.min(first, once()) : first;
}

/** Networks of which kin have too slow a J for pictures: learnt once, from a network or two, and remembered. */
export class Slowness {
  readonly #clock: () => number;
  readonly #known = new Map<string, Fault | null>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** @param evaluate J at a network of this kin, which is called twice at most */
  faultOf(kin: string, evaluate: () => void): Fault | null {
    const known = this.#known.get(kin);
    if (known !== undefined) return known;
    const took = fairly(evaluate, LONGEST / LEAST_EVALUATIONS, this.#clock);
    const fault = took * LEAST_EVALUATIONS > LONGEST ? tooSlow(took, took * LEAST_EVALUATIONS) : null;
    this.#known.set(kin, fault);
    return fault;
  }

  remember(kin: string, fault: Fault): void {
    this.#known.set(kin, fault);
  }

  forget(): void {
    this.#known.clear();
  }
}
