import type {BackendName, BackendRequest} from '../../core/protocol.ts';
import {chooseBackend} from '../backend.ts';
import {watchDevice} from '../device.ts';
import type {StudyServices} from './services.ts';

/** Starts a backend. Should its device fail later, the study is over: its numbers could not be trusted. */
export async function openBackend(request: BackendRequest, exclude: readonly BackendName[], {emit}: StudyServices): Promise<BackendName> {
  const {backend} = await chooseBackend(request, exclude);
  watchDevice((message) => emit({type: 'refused', field: 'backend', message}));
  return backend;
}
