import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/browser/**/*.browser.ts'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    globalSetup: 'test/browser/support/needs-chromium.ts',
    // One Chromium at a time: two keep a small machine busy.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
