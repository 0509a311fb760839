import { flagValues, namesLike } from '../commandLine.ts'

/** What the command line asks for: a search, one seed again, or help. */
export type Order =
  | { readonly task: 'help' }
  | { readonly task: 'search'; readonly kinds: readonly string[]; readonly from: number; readonly count: number }
  | { readonly task: 'replay'; readonly kinds: readonly string[]; readonly seed: number }

const flags = {
  seeds: { type: 'string', default: '100' },
  from: { type: 'string', default: '1' },
  kind: { type: 'string' },
  seed: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

/** What `--help` prints. */
export function usage(kinds: readonly string[]): string {
  return `The whole producer against a cluster in the process, on a virtual clock, everything drawn from a seed.

  npm run simulate -- [--seeds N] [--from SEED] [--kind NAME]
      N runs of each kind (default ${flags.seeds.default}) from SEED (default ${flags.from.default}) on; prints each seed that went wrong, and its first fault
  npm run simulate -- --seed SEED [--kind NAME]
      one run again, with a trace of faults, requests, answers, batches and log lines

NAME is that of a kind, or a part of it:
${kinds.map((kind) => `  ${kind}`).join('\n')}`
}

/** Reads the command line; throws with a sentence for its user. `kinds`: the names of all kinds of run. */
export function orderOf(args: readonly string[], kinds: readonly string[]): Order {
  const values = flagValues(args, flags)
  if (values.help) return { task: 'help' }
  const chosen = namesLike('kind', values.kind, kinds)
  if (values.seed !== undefined) return { task: 'replay', kinds: chosen, seed: whole('seed', values.seed, 0) }
  const count = whole('seeds', values.seeds, 1)
  return { task: 'search', kinds: chosen, from: whole('from', values.from, 0), count }
}

function whole(flag: string, text: string, least: number): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value
  throw new Error(`--${flag} ${text}: expected a whole number from ${least} on`)
}
