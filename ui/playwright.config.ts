import { defineConfig } from '@playwright/test';

// One worker: a meeting of three browsers fills two cores by itself.
export default defineConfig({
  testDir: 'e2e',
  workers: 1,
  timeout: 60_000,
  forbidOnly: true,
  outputDir: process.env['PARLEY_TEST_OUTPUT'] ?? '../out/test-output/browsers',
});
