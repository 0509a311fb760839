/** The part of tsup's options that packages set. tsup's own types do not compile without `skipLibCheck`. */
interface BuildOptions {
  readonly entry?: readonly string[] | Readonly<Record<string, string>>
}

/** The one build of every published package; a package passes only what differs. */
export function library(overrides: BuildOptions = {}): object {
  return {
    entry: ['src/index.ts'],
    format: 'esm',
    target: 'node22',
    platform: 'node',
    dts: true,
    sourcemap: true,
    clean: true,
    silent: true,
    ...overrides,
  }
}
