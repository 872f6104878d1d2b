import type {RunView} from '../state/types.ts';

/** Whether a run is one of a splitting method: it tells how far its copies are apart. */
export const splits = (run: RunView | undefined): boolean => run !== undefined && Object.hasOwn(run.history.metrics, 'primalResidual');

/** Whether a run proves how low J can go, as it goes. */
export const bounds = (run: RunView | undefined): boolean => run !== undefined && Object.hasOwn(run.history.metrics, 'lowerBound');
