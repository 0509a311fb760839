import { isDeepStrictEqual } from 'node:util'
import type { RecordMetadata } from 'posthorn'
import type { FlightRecord } from './flights.ts'
import type { ReadRecord } from './read.ts'

const MOST_DIFFERENCES = 5

/**
 * What differs between the records that were sent and those that were read, a few at most; nothing when each is there
 * once, in its place, the same in key, value, headers and timestamp, and the records of each key are in their order.
 */
export function differences(
  sent: readonly FlightRecord[],
  places: readonly RecordMetadata[],
  found: readonly ReadRecord[],
  run: string,
): string[] {
  // Someone else may write to a topic of a real cluster at the same time.
  const ours = found.filter(({ headers }) => headers['run'] === run)
  const count = ours.length === sent.length ? [] : [`${sent.length} records were sent, ${ours.length} were read`]
  return [...count, ...inPlace(sent, places, ours), ...inOrder(sent, ours)].slice(0, MOST_DIFFERENCES)
}

function inPlace(
  sent: readonly FlightRecord[],
  places: readonly RecordMetadata[],
  found: readonly ReadRecord[],
): string[] {
  const byPlace = new Map(found.map((record) => [`${record.partition}@${record.offset}`, record]))
  return sent.flatMap((record, index) => {
    const place = places[index]
    const name = `${place?.partition}@${place?.offset}`
    const read = byPlace.get(name)
    if (read === undefined) return [`record ${index} is not at ${name}`]
    const { key, value, timestamp, headers } = read
    const same = isDeepStrictEqual({ key, value, timestamp, headers: { ...headers } }, { ...record })
    return same ? [] : [`record ${index} at ${name}: sent ${JSON.stringify(record)}, read ${text(read)}`]
  })
}

/** Does not go by what the producer said of offsets: what was read has to have the order by itself. */
function inOrder(sent: readonly FlightRecord[], found: readonly ReadRecord[]): string[] {
  const wanted = Map.groupBy(sent, ({ key }) => key)
  const read = Map.groupBy(found, ({ key }) => key)
  return [...wanted].flatMap(([key, records]) => {
    const got = read.get(key) ?? []
    if (new Set(got.map(({ partition }) => partition)).size > 1) return [`key ${key} is in several partitions`]
    const same = isDeepStrictEqual(
      got.map(({ value }) => value),
      records.map(({ value }) => value),
    )
    return same ? [] : [`the records of key ${key} are not in the order in which they were sent`]
  })
}

function text(record: ReadRecord): string {
  return JSON.stringify(record, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
}
