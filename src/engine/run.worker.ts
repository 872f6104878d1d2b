import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import type {RunCommand} from '../core/protocol.ts';
import {fetchDataFile} from './data.ts';
import {RunHandler} from './runHandler.ts';
import {useWasmBinary} from './tf.ts';
import type {WorkerScope} from './workerScope.ts';

const scope = globalThis as unknown as WorkerScope<RunCommand>;
useWasmBinary(simd);
const handler = new RunHandler({
  emit: (event, transfer) => scope.postMessage(event, transfer),
  readFile: fetchDataFile,
  clock: () => performance.now(),
});
scope.onmessage = ({data}) => void handler.handle(data);
