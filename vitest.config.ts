import {playwright} from '@vitest/browser-playwright';
import {defineConfig} from 'vitest/config';
import {assemblyScript} from './scripts/assemblyScript.mjs';
import {chromiumFlags, chromiumPath} from './scripts/chromium.mjs';
import {tfjsModules} from './scripts/tfjsModules.mjs';

const server = {deps: {inline: [/@tensorflow\//]}};

export default defineConfig({
  test: {
    projects: [
      // Two at a time, also where the default would leave a core of two idle. Files of the conformance tests share a worker's modules:
      // TensorFlow.js loaded anew for each took a quarter of their time.
      ...[{name: 'unit', isolate: true}, {name: 'conformance', isolate: false}].map(({name, isolate}) => ({
        plugins: [assemblyScript()],
        resolve: {alias: tfjsModules},
        test: {name, environment: 'node' as const, include: [`tests/${name}/**/*.test.ts`], server, testTimeout: 60_000, maxWorkers: 2, isolate},
      })),
      {
        plugins: [assemblyScript()],
        optimizeDeps: {
          include: [
            '@tensorflow/tfjs-core',
            '@tensorflow/tfjs-core/dist/register_all_gradients',
            '@tensorflow/tfjs-backend-webgpu',
            '@tensorflow/tfjs-backend-wasm',
            '@tensorflow/tfjs-backend-cpu',
            'zod',
            'robust-predicates',
            'jsep',
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
      {test: {name: 'e2e', environment: 'node', include: ['tests/e2e/**/*.test.ts'], testTimeout: 240_000, hookTimeout: 240_000, fileParallelism: false, expect: {poll: {timeout: 15_000}}}},
    ],
  },
});
