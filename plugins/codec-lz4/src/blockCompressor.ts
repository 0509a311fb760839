import type { Logger } from '@posthorn/contracts'
import { blockCode } from './blockCode.ts'
import type { Lz4Library } from './library.ts'

/** Makes an LZ4 block of at most 65,536 bytes, which may be longer than they are. Valid until the next call. */
export type BlockCompressor = (content: Uint8Array) => Uint8Array

/** What is used of WebAssembly, which TypeScript knows of only for browsers. */
interface Assembly {
  readonly Module: new (code: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** What `block.wat` exports. */
interface BlockExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly input: { readonly value: number }
  readonly output: { readonly value: number }
  readonly compress: (length: number) => number
}

/** What `lz4-napi` writes before a block: how long its content is. */
const LENGTH_BYTES = 4

/**
 * Blocks by our own WebAssembly, which takes about two thirds of the CPU of `lz4-napi`: 1.6 instead of 2.4 µs for a record
 * of 1 KiB (docs/decisions/0016), and no memory outside of the heap for each. By `lz4-napi` where there is no WebAssembly
 * (`node --jitless`), none of its 128-bit instructions (old processors) or no room for its memory; the logger hears why at
 * level `debug`.
 */
export function blockCompressor(
  library: Lz4Library,
  logger: Logger,
  assembly: unknown = (globalThis as { readonly WebAssembly?: unknown }).WebAssembly,
): BlockCompressor {
  try {
    return assembled(assembly as Assembly)
  } catch (error) {
    logger.debug('no WebAssembly for LZ4 here: blocks are made by lz4-napi', { error })
    return (content) => library.compressSync(content).subarray(LENGTH_BYTES)
  }
}

function assembled({ Module, Instance }: Assembly): BlockCompressor {
  const instance = new Instance(new Module(Buffer.from(blockCode, 'base64')))
  const { memory, input, output, compress } = instance.exports as BlockExports
  const bytes = new Uint8Array(memory.buffer)
  const from = input.value
  const to = output.value
  return (content) => {
    bytes.set(content, from)
    return bytes.subarray(to, to + compress(content.length))
  }
}
