import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Ends what hangs. The longest takes some 25 s alone, on two processors that others use too it may be ten times that.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
