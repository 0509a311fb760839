import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'posthorn-bin-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  cpSync(join(import.meta.dirname, '..', 'bin'), join(folder, 'bin'), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

const start = (...args: string[]) => spawnSync(process.execPath, [join(folder, 'bin', 'posthorn.js'), ...args])

it('says what to do when there is nothing built to run', () => {
  const { status, stderr } = start('--help')
  expect(status).toBe(1)
  expect(stderr.toString()).toContain('npm run build')
})

it('hands over its arguments and ends with the code that it is given', () => {
  mkdirSync(join(folder, 'dist'))
  const program = 'export const run = async (args) => { console.log(JSON.stringify(args)); return 7 }'
  writeFileSync(join(folder, 'dist', 'index.js'), program)
  const { status, stdout } = start('produce', '--topic', 'a b')
  expect(status).toBe(7)
  expect(JSON.parse(stdout.toString())).toEqual(['produce', '--topic', 'a b'])
})
