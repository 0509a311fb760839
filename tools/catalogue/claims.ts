import { globSync, readFileSync } from 'node:fs'

/** A title of a test, or part of one, that names behaviours. */
export interface Claim {
  readonly file: string
  readonly title: string
  readonly ids: readonly string[]
}

const ID = /\b[A-Z][A-Z0-9]{2}-\d{2}\b/g
// Titles are string literals; those of tests made in a loop stand in the list that the loop goes through.
const STRING = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g
const COMMENT = /^\s*(?:\/\/|\/?\*).*$/gm

/** The titles in `source` that name behaviours. */
export function claimsIn(source: string, file: string): Claim[] {
  const claims: Claim[] = []
  for (const [literal] of source.replaceAll(COMMENT, '').matchAll(STRING)) {
    const title = literal.slice(1, -1).replaceAll(/\\(.)/g, '$1')
    const ids = [...new Set(title.match(ID))]
    if (ids.length > 0) claims.push({ file, title, ids })
  }
  return claims
}

/** The claims of all test files below `root`. */
export function allClaims(root: string): Claim[] {
  const files = globSync('{packages,plugins,examples,tools}/**/*.test.ts', {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name === 'dist' || name === 'catalogue',
  })
  return files.sort().flatMap((file) => claimsIn(readFileSync(`${root}/${file}`, 'utf8'), file.replaceAll('\\', '/')))
}
