import { defineConfig } from '@playwright/test';

// Not part of the gate: `./dev bench latency` runs it on a quiet machine.
export default defineConfig({
  testDir: '.',
  workers: 1,
  timeout: 1_200_000,
  outputDir: process.env['PARLEY_TEST_OUTPUT'] ?? '../../test-output/latency',
  reporter: [['list']],
});
