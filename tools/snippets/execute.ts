import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../bootstrap/paths.mjs'
import { run } from '../bootstrap/process.mjs'
import type { Snippet } from './extract.ts'

/** What the pages say where a reader puts the address of a cluster. */
const ADDRESS = "'localhost:9092'"
const TIMEOUT_MS = 20_000

/** Runs a snippet as a program of its own against a cluster, and tells how it ended. */
export async function execute(
  snippet: Snippet,
  bootstrapServers: readonly string[],
): Promise<{ code: number; output: string }> {
  // Below docs/, from where every package can be imported.
  const folder = join(root, 'docs', '.snippets')
  const file = join(folder, `${snippet.place.replace(/\W+/g, '-')}-${process.pid}.mjs`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    file,
    toJavaScript(snippet.code.replaceAll(ADDRESS, bootstrapServers.map((each) => `'${each}'`).join())),
  )
  try {
    return await run(process.execPath, ['--conditions=@posthorn/source', file], { cwd: root, timeoutMs: TIMEOUT_MS })
  } finally {
    rmSync(file)
  }
}

/** As a reader's compiler would do it, because Node 22 does not know `await using`. */
function toJavaScript(code: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext }
  return ts.transpileModule(code, { compilerOptions }).outputText
}
