import type { EncodedHeader } from '@posthorn/protocol'

/** Shared by all records without headers. */
export const noHeaders: readonly EncodedHeader[] = Object.freeze([])
