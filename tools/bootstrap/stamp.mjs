import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const SKIPPED = new Set(['node_modules', 'dist', '.cache', '.git'])

/**
 * The files under a path, or the path itself, or nothing where there is none.
 *
 * @param {string} path
 * @returns {string[]}
 */
export function filesUnder(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .filter((name) => !SKIPPED.has(name))
    .sort()
    .flatMap((name) => filesUnder(join(path, name)))
}

/**
 * A hash over names and contents. Not over times: a checkout that git wrote anew is still the same.
 *
 * @param {readonly string[]} paths
 * @param {string} [salt] what else the result depends on
 */
export function hashOf(paths, salt = '') {
  const hash = createHash('sha256').update(salt)
  for (const file of paths.flatMap(filesUnder)) hash.update(`\0${file}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

/**
 * @param {string} file
 * @param {string} hash
 */
export function isFresh(file, hash) {
  return existsSync(file) && readFileSync(file, 'utf8') === hash
}

/**
 * @param {string} file
 * @param {string} hash
 */
export function stamp(file, hash) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, hash)
}
