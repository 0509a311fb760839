import { defineConfig, type Options } from 'tsup'

type Config = ReturnType<typeof defineConfig>

/** The one build of every published package; a package passes only what differs. */
export function library(overrides: Options = {}): Config {
  return defineConfig({
    entry: ['src/index.ts'],
    format: 'esm',
    target: 'node22',
    platform: 'node',
    dts: true,
    sourcemap: true,
    clean: true,
    treeshake: true,
    splitting: true,
    silent: true,
    ...overrides,
  })
}
