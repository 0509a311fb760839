import { createRequire } from 'node:module'

/** What is used of `snappyjs`. */
export interface SnappyLibrary {
  /** One block, new memory. */
  compress(data: Uint8Array): Uint8Array
  /** The content of one block, new memory. Throws for damage, not for content that is shorter than the block says. */
  uncompress(block: Uint8Array, maxLength: number): Uint8Array
}

const require = createRequire(import.meta.url)

/** Loads `snappyjs`, which is not done before a producer asks for it. */
export function loadLibrary(): SnappyLibrary {
  return require('snappyjs') as SnappyLibrary
}
