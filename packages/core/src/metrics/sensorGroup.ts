import type { Metric } from '@posthorn/contracts'
import type { Definitions } from './definitions.ts'
import type { SampleSettings } from './sensor.ts'
import { Sensor } from './sensor.ts'

/** Sensors that belong together: of the producer, of a topic, of a broker. */
export class SensorGroup<Names extends string> {
  private readonly sensors: Readonly<Record<Names, Sensor>>
  private readonly definitions: Definitions<Names>
  private readonly group: string
  private readonly tags: Readonly<Record<string, string>>

  constructor(
    definitions: Definitions<Names>,
    group: string,
    tags: Readonly<Record<string, string>>,
    settings: SampleSettings,
    nowMs: number,
  ) {
    this.definitions = definitions
    this.group = group
    this.tags = tags
    const sensors: Partial<Record<Names, Sensor>> = {}
    for (const name of Object.keys(definitions) as Names[]) sensors[name] = new Sensor(settings, nowMs)
    this.sensors = sensors as Record<Names, Sensor>
  }

  /** Records a value. */
  record(sensor: Names, value: number, nowMs: number): void {
    this.sensors[sensor].record(value, nowMs)
  }

  /** The metrics of the group. */
  *metrics(now: () => number): Generator<Metric, void> {
    const { group, tags } = this
    for (const key of Object.keys(this.definitions) as Names[]) {
      const sensor = this.sensors[key]
      for (const [name, statistic, description] of this.definitions[key]) {
        yield { name, group, description, tags, value: () => sensor.read(statistic, now()) }
      }
    }
  }
}
