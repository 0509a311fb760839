/** Highest sequence number; after it comes 0 (IDM-08). */
const MAX_SEQUENCE = 2_147_483_647

/** The sequence that is `increment` records after `sequence`; both not negative. */
export function addToSequence(sequence: number, increment: number): number {
  return sequence > MAX_SEQUENCE - increment ? increment - (MAX_SEQUENCE - sequence) - 1 : sequence + increment
}
