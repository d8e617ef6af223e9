import { defineConfig } from 'vitest/config';

/** A real Prometheus and promtool. The rows of the table follow each other: an alert is quiet until its own incident. */
export default defineConfig({
  test: {
    include: ['test/e2e/prometheus/**/*.e2e.ts'],
    globalSetup: ['test/temporary-folder.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
