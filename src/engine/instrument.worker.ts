import type {InstrumentCommand} from '../core/protocol.ts';
import {fetchDataFile} from './data.ts';
import {openGpu} from './gpuSums.ts';
import {loadHostProblem} from './hostPlugins.ts';
import {createInstruments} from './instruments.ts';
import type {WorkerScope} from './workerScope.ts';

const scope = globalThis as unknown as WorkerScope<InstrumentCommand>;
const handle = createInstruments({
  openGpu,
  emit: (event) => scope.postMessage(event, []),
  load: (experiment, base) => loadHostProblem(experiment, fetchDataFile(base)),
  // A message to oneself comes back as a macrotask without the timers' clamping.
  pause: () =>
    new Promise((resolve) => {
      const {port1, port2} = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    }),
});
scope.onmessage = ({data}) =>
  void handle(data).catch((error: unknown) => {
    if (!('requestId' in data)) return reportError(error);
    // A question that fails is answered all the same, so that nobody waits for ever.
    const message = error instanceof Error ? error.message : String(error);
    scope.postMessage({type: 'refused', requestId: data.requestId, field: 'instruments', message}, []);
  });
