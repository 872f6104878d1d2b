import {fileURLToPath} from 'node:url';
import {playwright} from '@vitest/browser-playwright';
import {defineConfig} from 'vitest/config';
import {chromiumPath, chromiumFlags} from './scripts/chromium.mjs';

/**
 * tfjs publishes CommonJS as `main`, which Node would take beside the ES modules that deep imports name. The aliases
 * keep to the ES modules, so that there is one copy of the engine.
 */
const server = {deps: {inline: [/@tensorflow\//]}};
const alias = ['core', 'backend-cpu', 'backend-wasm', 'backend-webgpu'].map((part) => ({
  find: new RegExp(`^@tensorflow/tfjs-${part}$`),
  replacement: fileURLToPath(new URL(`node_modules/@tensorflow/tfjs-${part}/dist/index.js`, import.meta.url)),
}));

export default defineConfig({
  test: {
    projects: [
      {resolve: {alias}, test: {name: 'unit', environment: 'node', include: ['tests/unit/**/*.test.ts', 'tests/conformance/**/*.test.ts'], server, testTimeout: 60_000}},
      {
        optimizeDeps: {
          include: [
            '@tensorflow/tfjs-core',
            '@tensorflow/tfjs-core/dist/register_all_gradients',
            '@tensorflow/tfjs-backend-webgpu',
            '@tensorflow/tfjs-backend-wasm',
            '@tensorflow/tfjs-backend-cpu',
            'zod',
          ],
        },
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          testTimeout: 240_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({launchOptions: {executablePath: chromiumPath() ?? 'chromium', args: chromiumFlags}}),
            instances: [{browser: 'chromium'}],
          },
        },
      },
      {test: {name: 'e2e', environment: 'node', include: ['tests/e2e/**/*.test.ts'], testTimeout: 240_000, hookTimeout: 240_000, fileParallelism: false}},
    ],
  },
});
