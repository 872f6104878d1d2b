/**
 * TensorFlow.js by its parts. Importing this module registers gradients and kernels; plugins import
 * operations from '@tensorflow/tfjs-core' and rely on an entry having loaded this first.
 */
// The core first: it registers the flags that the others read while loading.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-webgpu';
import '@tensorflow/tfjs-backend-cpu';
import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';

// No advice on the console about other packages, no checks that tests make anyway.
tf.enableProdMode();

/**
 * Points the WASM backend at its binary. One SIMD build serves all three names: threads need an
 * isolated host and break under minification.
 */
export function useWasmBinary(url: string, platformFetch = false): void {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(
    {'tfjs-backend-wasm.wasm': url, 'tfjs-backend-wasm-simd.wasm': url, 'tfjs-backend-wasm-threaded-simd.wasm': url},
    platformFetch,
  );
}

export {tf};
