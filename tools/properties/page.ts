import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { propertyKeys } from '../../packages/posthorn/src/properties/knownKeys.ts'
import { root } from '../bootstrap/paths.mjs'

/** The page that has the table of keys in it. */
export const path: string = join(root, 'docs/guides/properties.md')

const MARKS = /(<!-- keys: written by `pnpm properties` -->\n)[^]*(<!-- end of keys -->)/

/** The page as it is. */
export function currentPage(): string {
  return readFileSync(path, 'utf8')
}

/** The page with the table as the reader's own tables say. */
export async function page(): Promise<string> {
  const rows = propertyKeys.map(({ key, ours }) => `| \`${key}\` | ${ours.replaceAll('<', '&lt;')} |`)
  const table = ['| key of Java | here |', '| --- | --- |', ...rows].join('\n')
  const current = currentPage()
  if (!MARKS.test(current)) throw new Error(`${path} has no place for the table of keys`)
  return format(
    current.replace(MARKS, (_, begin: string, end: string) => `${begin}\n${table}\n\n${end}`),
    { ...(await resolveConfig(path)), parser: 'markdown' },
  )
}
