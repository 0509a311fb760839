/** Maps one item in each turn of the event loop, in order, so that everything else has its turn too. */
export async function mapInTurns<T, R>(items: readonly T[], map: (item: T) => R): Promise<R[]> {
  const results: R[] = []
  for (const item of items) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve)
    })
    results.push(map(item))
  }
  return results
}
