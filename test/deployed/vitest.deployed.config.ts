import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/deployed/**/*.deployed.ts'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Each file starts an emulator of its own, which keeps one processor busy.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 400_000,
  },
});
