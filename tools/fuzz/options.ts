import { flagValues, namesLike } from '../commandLine.ts'

/** What the command line asks for: a search, one input again, or help. */
export type Order =
  | { readonly task: 'help' }
  | { readonly task: 'search'; readonly targets: readonly string[]; readonly seconds: number; readonly seed: string }
  | { readonly task: 'replay'; readonly targets: readonly string[]; readonly input: Uint8Array }

const flags = {
  seconds: { type: 'string', default: '60' },
  seed: { type: 'string' },
  target: { type: 'string' },
  input: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

/** What `--help` prints. */
export function usage(targets: readonly string[]): string {
  return `Hostile bytes on every decoder and on a whole producer, led by what code they reach.

  npm run fuzz -- [--seconds S] [--seed SEED] [--target NAME]
      a search of S seconds (default ${flags.seconds.default}); prints each input that something is wrong with, made small
  npm run fuzz -- --target NAME --input HEX
      one input again

SEED is any text, the time by default. NAME is that of a target, or a part of it:
${targets.map((target) => `  ${target}`).join('\n')}`
}

/** Reads the command line; throws with a sentence for its user. `targets`: the names of all; `seed` if none is given. */
export function orderOf(args: readonly string[], targets: readonly string[], seed: string): Order {
  const values = flagValues(args, flags)
  if (values.help) return { task: 'help' }
  const chosen = namesLike('target', values.target, targets)
  if (values.input !== undefined) return { task: 'replay', targets: chosen, input: bytes(values.input) }
  return { task: 'search', targets: chosen, seconds: duration(values.seconds), seed: values.seed ?? seed }
}

function duration(text: string): number {
  const seconds = Number(text)
  if (text.trim() !== '' && Number.isFinite(seconds) && seconds > 0) return seconds
  throw new Error(`--seconds ${text}: expected a number above 0`)
}

function bytes(text: string): Uint8Array {
  if (text.length % 2 === 0 && /^[0-9a-f]*$/i.test(text)) return Uint8Array.from(Buffer.from(text, 'hex'))
  throw new Error(`--input ${text}: expected hexadecimal digits, two for each byte`)
}
