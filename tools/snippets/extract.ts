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

/** A block of a Markdown file that stands elsewhere too. */
export interface Copy {
  /** File and line, as an editor understands it. */
  readonly place: string
  /** The file that it is, from the root of the repository. */
  readonly file: string
  readonly text: string
}

/** The TypeScript blocks of all that a reader may copy from: README, the pages under docs/, the packages' READMEs. */
export function allSnippets(): Snippet[] {
  return eachPage(snippetsOf)
}

/** The blocks of the same pages that say which file they are. */
export function allCopies(): Copy[] {
  return eachPage(copiesOf)
}

function eachPage<T>(of: (file: string, markdown: string) => T[]): T[] {
  const pages = filesUnder(join(root, 'docs')).filter((file) => file.endsWith('.md'))
  const readmes = [root, ...published()].flatMap((folder) => filesUnder(join(folder, 'README.md')))
  return [...readmes, ...pages].flatMap((file) => of(relative(root, file), readFileSync(file, 'utf8')))
}

/** The TypeScript blocks of a Markdown text. */
export function snippetsOf(file: string, markdown: string): Snippet[] {
  const blocks = markdown.matchAll(/^```ts( run)?\r?\n(.*?)^```/gms)
  return Array.from(blocks, (block) => ({
    place: placeOf(file, markdown, block.index),
    code: block[2] ?? '',
    runs: block[1] !== undefined,
  }))
}

/** The blocks of a Markdown text whose fence names a file. */
export function copiesOf(page: string, markdown: string): Copy[] {
  const blocks = markdown.matchAll(/^```\w+ file=(\S+)\r?\n(.*?)^```/gms)
  return Array.from(blocks, ({ index, 1: file = '', 2: text = '' }) => ({
    place: placeOf(page, markdown, index),
    file,
    text,
  }))
}

function placeOf(page: string, markdown: string, index: number): string {
  return `${page}:${markdown.slice(0, index).split('\n').length}`
}
