import { defineConfig } from 'vitest/config'

// Packages are tested from their sources, so that a test never depends on a build. Others are found as Node finds them: what
// `module` leads to is for bundlers, and Node cannot read all of it.
const conditions = ['@posthorn/source', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            '{packages,plugins,examples}/*/test/**/*.test.ts',
            'benchmarks/test/**/*.test.ts',
            'tools/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.kafka.test.ts', 'examples/third-party-codec/**'],
          // No test waits that long; a busy machine may make one take that long.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'kafka',
          include: ['**/*.kafka.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['tools/kafka/globalSetup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
