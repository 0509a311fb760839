import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashOf, isFresh, stamp } from './stamp.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'posthorn-stamp-'))
  mkdirSync(join(folder, 'src'))
  writeFileSync(join(folder, 'src', 'a.ts'), 'a')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('hashOf()', () => {
  test('changes with contents, names and salt', () => {
    const hashes = [hashOf([folder]), hashOf([folder], 'salt')]
    writeFileSync(join(folder, 'src', 'a.ts'), 'b')
    hashes.push(hashOf([folder]))
    writeFileSync(join(folder, 'src', 'b.ts'), '')
    hashes.push(hashOf([folder]))
    expect(new Set(hashes).size).toBe(4)
  })

  test('changes neither with times nor with what is built or installed', () => {
    const before = hashOf([folder])
    utimesSync(join(folder, 'src', 'a.ts'), 1, 1)
    mkdirSync(join(folder, 'dist'))
    writeFileSync(join(folder, 'dist', 'a.js'), 'a')
    expect(hashOf([folder])).toBe(before)
  })
})

describe('stamp()', () => {
  test('makes fresh what has the same hash', () => {
    const file = join(folder, 'stamps', 'a')
    expect(isFresh(file, 'one')).toBe(false)
    stamp(file, 'one')
    expect([isFresh(file, 'one'), isFresh(file, 'two')]).toEqual([true, false])
  })
})
