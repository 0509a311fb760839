import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import wabt from 'wabt'

/** Where the assembled code is kept. */
export const blockCodeFile: string = join(import.meta.dirname, '..', '..', 'src', 'blockCode.ts')

/** What belongs there: `block.wat`, assembled. */
export async function blockCodeSource(): Promise<string> {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'src', 'block.wat'), 'utf8')
  const module = (await wabt()).parseWat('block.wat', text, { bulk_memory: true })
  module.validate()
  const code = Buffer.from(module.toBinary({}).buffer).toString('base64')
  return `/**
 * WebAssembly that makes LZ4 blocks, in base64: what \`block.wat\` is assembled to by test/block/generate.ts.
 */
export const blockCode =
  '${code}'
`
}
