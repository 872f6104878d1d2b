import {existsSync} from 'node:fs';
import {defineConfig} from 'vite';
import {assemblyScript} from './scripts/assemblyScript.mjs';
import {tfjsModules} from './scripts/tfjsModules.mjs';

/** What can be run in Node, by name; the benchmark is optional. */
const ENTRIES = Object.entries({
  experiment: 'src/headless/experiment.ts',
  docs: 'src/headless/docs.ts',
  example: 'src/headless/example.ts',
  reference: 'src/headless/reference.ts',
  bench: 'tests/bench/bench.ts',
}).filter(([, file]) => existsSync(file));

/** The same engine for Node: one bundle with tfjs inside, so that there is a single copy of its registries. */
export default defineConfig({
  plugins: [assemblyScript()],
  resolve: {alias: tfjsModules},
  build: {
    ssr: true,
    outDir: 'build/node',
    emptyOutDir: true,
    copyPublicDir: false,
    target: 'node20',
    rolldownOptions: {
      input: Object.fromEntries(ENTRIES),
      output: {entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs'},
    },
  },
  // The benchmark drives Vite and a browser; those stay packages.
  ssr: {noExternal: true, external: ['vite', 'playwright-core', 'assemblyscript']},
});
