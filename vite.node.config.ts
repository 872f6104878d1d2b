import {defineConfig} from 'vite';

/** The same engine for Node: one bundle with tfjs inside, so that there is a single copy of its registries. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'build/node',
    emptyOutDir: true,
    target: 'node20',
    rolldownOptions: {
      input: {experiment: 'src/headless/experiment.ts'},
      output: {entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs'},
    },
  },
  ssr: {noExternal: true},
});
