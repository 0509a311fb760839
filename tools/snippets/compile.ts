import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../bootstrap/paths.mjs'
import type { Snippet } from './extract.ts'

/** Compiles snippets as files of docs/, from where every package can be imported, and tells what is wrong in each. */
export function compile(snippets: readonly Snippet[]): Map<Snippet, string[]> {
  const files = new Map(snippets.map((snippet, index) => [join(root, 'docs', `snippet-${index}.ts`), snippet]))
  const options = readOptions()
  const host = ts.createCompilerHost(options)
  const onDisk = { ...host }
  host.fileExists = (name) => files.has(name) || onDisk.fileExists(name)
  host.readFile = (name) => files.get(name)?.code ?? onDisk.readFile(name)
  const program = ts.createProgram([...files.keys()], options, host)
  return new Map(
    Array.from(files, ([file, snippet]) => {
      const source = program.getSourceFile(file)
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      return [snippet, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))]
    }),
  )
}

/** Our own options, less those that only suit a library. */
function readOptions(): ts.CompilerOptions {
  const file = join(root, 'tsconfig.json')
  const { config } = ts.readConfigFile(file, (name) => ts.sys.readFile(name)) as { config: unknown }
  const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root)
  return {
    ...options,
    isolatedDeclarations: false,
    declaration: false,
    noUnusedLocals: false,
    typeRoots: [join(root, 'node_modules', '@types')],
  }
}
