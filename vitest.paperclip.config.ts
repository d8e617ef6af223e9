import { defineConfig } from 'vitest/config';

/** One server for all: its runs go on side by side where they do not stop it. */
export default defineConfig({
  test: {
    include: ['test/e2e/paperclip/**/*.e2e.ts'],
    pool: 'forks',
    fileParallelism: false,
    maxConcurrency: 4,
    testTimeout: 180_000,
    hookTimeout: 400_000,
  },
});
