/** Collects the values of a flag that may be repeated. One value each time, so that what follows is never taken for another. */
export function repeated(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}
