import react from '@vitejs/plugin-react';
import {defineConfig, type Plugin} from 'vite';
import {assemblyScript} from './scripts/assemblyScript.mjs';

/** The development server's refresh script is inline, which the page's content security policy forbids. */
const devWithoutPolicy: Plugin = {
  name: 'dev-without-policy',
  apply: 'serve',
  transformIndexHtml: (html, {server}) => (server ? html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '') : html),
};

/** The static site: relative base, so that it works from any sub-path of any static host. */
export default defineConfig({
  base: './',
  plugins: [react(), assemblyScript(), devWithoutPolicy],
  worker: {format: 'es', plugins: () => [assemblyScript()], rolldownOptions: {output: {comments: {legal: false}}}},
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
