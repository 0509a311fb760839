import type { PropertyValues } from './values.ts'

/**
 * Tells of options of a login module that nothing here reads. By place, not by name: what looks like a name may be a
 * piece of a password that has a quotation mark in it.
 */
export function warnOptions(
  values: PropertyValues,
  options: ReadonlyMap<string, string>,
  isKnown: (name: string) => boolean,
): void {
  let place = 0
  for (const name of options.keys()) {
    place++
    if (!isKnown(name))
      values.warn('sasl.jaas.config', `option ${place} of the login module is not known and has no effect`)
  }
}
