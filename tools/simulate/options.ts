import { parseArgs } from 'node:util'

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
  const values = valuesOf(args)
  if (values.help) return { task: 'help' }
  const chosen = kindsLike(values.kind, kinds)
  if (values.seed !== undefined) return { task: 'replay', kinds: chosen, seed: whole('seed', values.seed, 0) }
  const count = whole('seeds', values.seeds, 1)
  return { task: 'search', kinds: chosen, from: whole('from', values.from, 0), count }
}

function valuesOf(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof flags }>>['values'] {
  try {
    return parseArgs({ args: [...args], options: flags }).values
  } catch (error) {
    // Node goes on about positional arguments, of which there are none.
    const [what] = (error as Error).message.split('. ')
    const known = Object.keys(flags).map((name) => `--${name}`)
    throw new Error(`${what}; expected ${known.join(', ')}`, { cause: error })
  }
}

/** The kind of that very name, else all whose name has it in it. */
function kindsLike(name: string | undefined, kinds: readonly string[]): readonly string[] {
  if (name === undefined) return kinds
  if (kinds.includes(name)) return [name]
  const found = kinds.filter((kind) => kind.includes(name))
  if (found.length > 0) return found
  throw new Error(`--kind ${name}: expected a part of one of ${kinds.join(' · ')}`)
}

function whole(flag: string, text: string, least: number): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value
  throw new Error(`--${flag} ${text}: expected a whole number from ${least} on`)
}
