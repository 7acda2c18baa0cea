import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  // Relative, so that the agent may serve the page below any path.
  base: './',
  plugins: [svelte()],
  // Nothing is inlined: the page's policy allows neither inline script nor data: fonts.
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  worker: { format: 'es' },
  server: { host: '127.0.0.1', headers: isolation, proxy: { '/ws': { target: 'ws://127.0.0.1:5010', ws: true }, '/api': 'http://127.0.0.1:5010' } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
