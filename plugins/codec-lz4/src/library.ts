import { createRequire } from 'node:module'
import { ConfigError } from '@posthorn/contracts'

/** What is used of `lz4-napi`. */
export interface Lz4Library {
  compressFrame(data: Uint8Array): Promise<Uint8Array>
  /** One block, behind four bytes with the length of `data`. */
  compressSync(data: Uint8Array): Uint8Array
  decompressFrame(data: Uint8Array): Promise<Uint8Array>
  decompressFrameSync(data: Uint8Array): Uint8Array
}

/**
 * Loads `lz4-napi`, native code, which is not done before a producer asks for it. Throws a `ConfigError` where there is
 * none for the platform, or where the installation left it out.
 */
export function loadLibrary(load: (name: string) => unknown = createRequire(import.meta.url)): Lz4Library {
  try {
    return load('lz4-napi') as Lz4Library
  } catch (cause) {
    const { platform, arch } = process
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(
      `lz4: lz4-napi has no native code for ${platform} ${arch}, or its optional dependencies were not installed: ${why}`,
      { cause },
    )
  }
}
