import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** A record that is to be found again as it is here. */
export interface FlightRecord {
  readonly key: string
  readonly value: string
  readonly timestamp: number
  readonly headers: Readonly<Record<string, string>>
}

/** Where the data come from. */
export const dataset = 'vega-datasets/data/flights-20k.json'

interface Flight {
  readonly date: string
  readonly delay: number
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

const require = createRequire(import.meta.url)

/** 20,000 flights within the United States in 2001, keyed by the airport that they left. */
export function flightRecords(run: string, nowMs: number): FlightRecord[] {
  const entry = require.resolve('vega-datasets')
  const flights = JSON.parse(readFileSync(join(dirname(entry), '..', 'data', 'flights-20k.json'), 'utf8')) as Flight[]
  return flights.map((flight, index) => ({
    key: flight.origin,
    value: JSON.stringify(flight),
    // Not the flight's date: a broker's retention would delete what is that old.
    timestamp: nowMs - flights.length + index,
    headers: { run, source: dataset },
  }))
}
