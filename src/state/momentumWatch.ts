import type {InstrumentClient} from '../client/instrumentClient.ts';
import type {Experiment} from '../core/experiment.ts';
import type {MomentumOverlay} from '../core/momentumOverlay.ts';

/** What the overlay depends on besides the loaded surface. */
const keyOf = ({dataset, contestants, budget}: Experiment): string => JSON.stringify([dataset, contestants.map(({solver, model}) => [solver, model]), budget]);

/** Keeps the theory of quadratics up to date while somebody looks at it. */
export class MomentumWatch {
  readonly #client: Pick<InstrumentClient, 'momentumOverlay'>;
  readonly #show: (overlay: MomentumOverlay | null) => void;
  #watched = false;
  #key = '';

  constructor(client: Pick<InstrumentClient, 'momentumOverlay'>, show: (overlay: MomentumOverlay | null) => void) {
    this.#client = client;
    this.#show = show;
  }

  watch(on: boolean, experiment: Experiment): void {
    this.#watched = on;
    this.sync(experiment);
  }

  /** After an edit. */
  sync(experiment: Experiment): void {
    const key = keyOf(experiment);
    if (!this.#watched || experiment.problem.id !== 'surface' || key === this.#key) return;
    this.#key = key;
    void this.#client.momentumOverlay(experiment).then((result) => {
      // An answer that came after the next edit is of another experiment.
      if (this.#key === key && result?.ok) this.#show(result.value.overlay);
    });
  }
}
