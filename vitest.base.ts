import { defineConfig } from 'vitest/config';

/**
 * How every package is tested: each test file in a process of its own (an interpreter lives as long
 * as its process), and a JSON report that `npm test` adds up.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    isolate: true,
    // Programs that tests start print for the tests to compare: without colours, whoever runs this.
    env: { FORCE_COLOR: '0' },
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/vitest.json' },
  },
});
