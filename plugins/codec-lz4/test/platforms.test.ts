import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

const require = createRequire(import.meta.url)
const manifest = JSON.parse(
  readFileSync(require.resolve('lz4-napi').replace(/index\.js$/, 'package.json'), 'utf8'),
) as Manifest

test('lz4-napi lists native code for every platform that we name', () => {
  const platforms = Object.keys(manifest.optionalDependencies).map((name) => name.replace(/^.*lz4-napi-/, ''))
  expect(platforms).toEqual(
    expect.arrayContaining([
      'linux-x64-gnu',
      'linux-x64-musl',
      'linux-arm64-gnu',
      'linux-arm64-musl',
      'darwin-x64',
      'darwin-arm64',
      'win32-x64-msvc',
      'win32-arm64-msvc',
    ]),
  )
})

test('lz4-napi runs nothing while it is installed', () => {
  const whileInstalling = ['preinstall', 'install', 'postinstall']
  expect(Object.keys(manifest.scripts ?? {}).filter((name) => whileInstalling.includes(name))).toEqual([])
})
