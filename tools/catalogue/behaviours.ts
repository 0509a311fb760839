import { readFileSync } from 'node:fs'

/** One behaviour of a Kafka producer, as a test can observe it. */
export interface Behaviour {
  /** Stable, for example `ACC-10`. */
  readonly id: string
  /** Number of its section. */
  readonly section: number
  /** The rule in force, in short. */
  readonly summary: string
}

/** The catalogue: sections by number, behaviours in order. */
export interface Catalogue {
  readonly sections: Readonly<Record<string, string>>
  readonly behaviours: readonly Behaviour[]
}

/** Why behaviours are not built: for good (`out`), or not yet, by section (`later`). */
export interface Exclusions {
  readonly out: Readonly<Record<string, string>>
  readonly later: Readonly<Record<string, string>>
}

/** Reads the catalogue. */
export function readCatalogue(): Catalogue {
  return JSON.parse(readFileSync(new URL('behaviours.json', import.meta.url), 'utf8')) as Catalogue
}

/** Reads what is excluded, and why. */
export function readExclusions(): Exclusions {
  return JSON.parse(readFileSync(new URL('exclusions.json', import.meta.url), 'utf8')) as Exclusions
}
