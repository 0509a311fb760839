import { ConformanceError, unexpected } from './checks.ts'

/** One check of a plugin against its contract. Bound to no test runner. */
export interface ConformanceCase {
  /** What must hold, as a sentence. Unique in its suite. */
  readonly name: string
  /** Throws or rejects, with an error that says what was expected and what was found, when it does not hold. */
  readonly run: () => Promise<void> | void
}

/**
 * What a plugin is able to do beyond what its contract asks of all. Every ability is expected. One that is declared
 * `false` is checked to be missing, so that a declaration stays true: at least one of its cases has to fail.
 */
export type Features<Name extends string> = { readonly [Key in Name]?: boolean | undefined }

/** Cases that put what a plugin throws by itself into words. */
export function explained(cases: readonly ConformanceCase[]): ConformanceCase[] {
  return cases.map(({ name, run }) => ({
    name,
    async run() {
      try {
        await run()
      } catch (error) {
        throw unexpected(error)
      }
    },
  }))
}

/** The cases of an ability: as they are when it is offered, else one that passes when any of them does not. */
export function offered<Name extends string>(
  features: Features<Name> | undefined,
  name: Name,
  cases: readonly ConformanceCase[],
): ConformanceCase[] {
  if (features?.[name] !== false) return [...cases]
  return [{ name: `not offered (${name})`, run: () => oneFails(name, cases) }]
}

async function oneFails(feature: string, cases: readonly ConformanceCase[]): Promise<void> {
  for (const each of cases) {
    try {
      await each.run()
    } catch {
      return
    }
  }
  const passed = cases.map(({ name }) => name).join('; ')
  throw new ConformanceError(
    `feature ${feature}: expected to be missing, as declared, found that it is there: ${passed}`,
  )
}
