import react from '@vitejs/plugin-react';
import {defineConfig} from 'vite';

/** The static site: relative base, so that it works from any sub-path of any static host. */
export default defineConfig({
  base: './',
  plugins: [react()],
  worker: {format: 'es', rolldownOptions: {output: {comments: {legal: false}}}},
  build: {target: 'es2022', chunkSizeWarningLimit: 900},
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-core/dist/register_all_gradients',
      '@tensorflow/tfjs-backend-webgpu',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-cpu',
    ],
  },
});
