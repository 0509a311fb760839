/** Highest sequence number; after it comes 0 (IDM-08). */
const MAX_SEQUENCE = 2_147_483_647

/** More than can be open at a time, less than it takes to come round. */
const HALF = 0x4000_0000

/** The sequence that is `increment` records after `sequence`; both not negative. */
export function addToSequence(sequence: number, increment: number): number {
  return sequence > MAX_SEQUENCE - increment ? increment - (MAX_SEQUENCE - sequence) - 1 : sequence + increment
}

/** Whether sequence `a` comes after `b`, given that they are no further apart than open batches can be. */
export function isAfter(a: number, b: number): boolean {
  const ahead = a >= b ? a - b : a - b + MAX_SEQUENCE + 1
  return ahead > 0 && ahead < HALF
}
