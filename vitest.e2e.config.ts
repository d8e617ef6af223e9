import { defineConfig } from 'vitest/config';

const recorded = process.env.CLAUDE_K8S_E2E_RECORD === undefined ? [] : ['test/e2e/recorded/**/*.e2e.ts'];

/** One file at a time: some break the cluster. Within a file the tests that only watch run side by side. */
export default defineConfig({
  test: {
    setupFiles: ['test/e2e/setup.ts'],
    include: ['test/e2e/cluster/**/*.e2e.ts', ...recorded],
    pool: 'forks',
    fileParallelism: false,
    maxConcurrency: 4,
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
