import {fileURLToPath} from 'node:url';

/**
 * tfjs publishes CommonJS as `main`, which Node would take beside the ES modules that deep imports name. These aliases
 * keep to the ES modules, so that there is one copy of its registries.
 */
export const tfjsModules = ['core', 'backend-cpu', 'backend-wasm', 'backend-webgpu'].map((part) => ({
  find: new RegExp(`^@tensorflow/tfjs-${part}$`),
  replacement: fileURLToPath(new URL(`../node_modules/@tensorflow/tfjs-${part}/dist/index.js`, import.meta.url)),
}));
