import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'

/** The values of flags; throws with a sentence for the user that names those that there are. */
export function flagValues<Flags extends ParseArgsOptionsConfig>(
  args: readonly string[],
  flags: Flags,
): ReturnType<typeof parseArgs<{ options: Flags }>>['values'] {
  try {
    return parseArgs({ args: [...args], options: flags }).values
  } catch (error) {
    // Node goes on about positional arguments, of which there are none.
    const [what] = (error as Error).message.split('. ')
    const known = Object.keys(flags).map((name) => `--${name}`)
    throw new Error(`${what}; expected ${known.join(', ')}`, { cause: error })
  }
}

/** Of `names` the one that is `name`, else all that have it in them, or all where none is given. */
export function namesLike(flag: string, name: string | undefined, names: readonly string[]): readonly string[] {
  if (name === undefined) return names
  if (names.includes(name)) return [name]
  const found = names.filter((each) => each.includes(name))
  if (found.length > 0) return found
  throw new Error(`--${flag} ${name}: expected a part of one of ${names.join(' · ')}`)
}

/** What `read` makes of the command line; `null` after saying what is wrong with it. */
export function orderOrNull<Order>(read: (args: readonly string[]) => Order): Order | null {
  try {
    return read(process.argv.slice(2))
  } catch (error) {
    console.error(`${(error as Error).message}\n--help tells more`)
    return null
  }
}
