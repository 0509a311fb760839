/** FNV-1a, 32 bits, as a signed integer. Reads `bytes` during the call only. */
export function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5 | 0
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash
}
