import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/newcomer/**/*.newcomer.ts'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    globalSetup: 'test/browser/support/needs-chromium.ts',
    // Each step begins where the last one ended.
    bail: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
