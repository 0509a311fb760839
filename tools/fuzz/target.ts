/** Something that takes bytes from a peer, and what it may do with them. */
export interface Target {
  /** Name, for example `response/Metadata`. */
  readonly name: string
  /** Inputs to start from, well-formed for the most part. */
  readonly seeds: readonly Uint8Array[]
  /** Codes of the errors that bytes may be refused with. */
  readonly codes: ReadonlySet<string>
  /** True when `run` looks after its memory and its work itself, because it is a whole producer. */
  readonly whole?: boolean
  /** Takes the input as it would come from a peer; returns what was made of it, throws what refuses it. */
  run(input: Uint8Array): unknown
  /** Throws a {@link Violation} when `value`, made of `input` by `run`, breaks a promise of the target's own. */
  check?(value: unknown, input: Uint8Array): void
}

/** A promise that was broken; never an answer to bytes. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

/** The API of a response and its version stand in the first bytes of an input; the rest is the body. */
export function withVersion(version: number, body: Uint8Array): Uint8Array {
  return Uint8Array.of(version, ...body)
}
