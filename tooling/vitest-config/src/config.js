import { defineConfig } from 'vitest/config'

const conditions = ['@mm-secrets/source', 'node', 'import', 'default']

/** One configuration for every package: tests run against sources, each package leaves a JSON report. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/vitest.json' },
    passWithNoTests: true,
  },
})
