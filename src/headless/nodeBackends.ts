import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';
import {useWasmBinary} from '../engine/tf.ts';

/**
 * Lets tfjs's WASM backend start in Node: its Emscripten loader expects CommonJS globals, and the
 * binary is handed over as a data URL, which Node's fetch understands and file URLs it does not.
 */
export function prepareNodeBackends(): void {
  const here = fileURLToPath(import.meta.url);
  const require = createRequire(import.meta.url);
  Object.assign(globalThis, {require, __dirname: dirname(here), __filename: here});
  const binary = readFileSync(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'));
  useWasmBinary(`data:application/wasm;base64,${binary.toString('base64')}`, true);
}
