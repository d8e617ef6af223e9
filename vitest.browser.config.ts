import { defineConfig } from 'vitest/config';

/** The page of an incident in a real browser. */
export default defineConfig({
  test: {
    include: ['test/explain/browser/**/*.browser.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
