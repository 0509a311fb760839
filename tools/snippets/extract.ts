import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../bootstrap/paths.mjs'
import { filesUnder } from '../bootstrap/stamp.mjs'
import { published } from '../bootstrap/workspace.mjs'

/** A TypeScript block of a Markdown file. */
export interface Snippet {
  /** File and line, as an editor understands it. */
  readonly place: string
  readonly code: string
  /** Whether its fence says `ts run`. */
  readonly runs: boolean
}

/** The TypeScript blocks of all that a reader may copy from: README, the pages under docs/, the packages' READMEs. */
export function allSnippets(): Snippet[] {
  const pages = filesUnder(join(root, 'docs')).filter((file) => file.endsWith('.md'))
  const readmes = [root, ...published()].flatMap((folder) => filesUnder(join(folder, 'README.md')))
  return [...readmes, ...pages].flatMap((file) => snippetsOf(relative(root, file), readFileSync(file, 'utf8')))
}

/** The TypeScript blocks of a Markdown text. */
export function snippetsOf(file: string, markdown: string): Snippet[] {
  const blocks = markdown.matchAll(/^```ts( run)?\r?\n(.*?)^```/gms)
  return Array.from(blocks, (block) => ({
    place: `${file}:${markdown.slice(0, block.index).split('\n').length}`,
    code: block[2] ?? '',
    runs: block[1] !== undefined,
  }))
}
