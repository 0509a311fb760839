import { readFileSync } from 'node:fs'

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly '@posthorn/source': string; readonly default: string }>>
}

// The entry points are those that the package exports, so that the two cannot drift apart. tsup runs in the package.
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest
const entry = Object.fromEntries(
  Object.values(manifest.exports).map((target) => [
    target.default.replace(/^\.\/dist\/(.*)\.js$/, '$1'),
    target['@posthorn/source'],
  ]),
)

// An untyped object: tsup's own type declarations do not compile without `skipLibCheck`.
const config: object = {
  entry,
  format: 'esm',
  target: 'node22',
  platform: 'node',
  dts: true,
  sourcemap: true,
  clean: true,
  silent: true,
}

export default config
