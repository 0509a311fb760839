import type { Metric } from '@posthorn/contracts'
import type { Producer } from 'posthorn'
import type { Ledger } from './ledger.ts'

/** Looks at the producer from outside, by its metrics. */
export class Watch {
  private readonly ledger: Ledger
  private readonly gauges: ReadonlyMap<string, Metric>

  constructor(producer: Producer<string, string>, ledger: Ledger) {
    this.ledger = ledger
    this.gauges = new Map(producer.metrics().map((metric) => [metric.name, metric]))
  }

  /** What holds at any time. */
  look(): void {
    const available = this.value('buffer-available-bytes')
    const total = this.value('buffer-total-bytes')
    if (!(available >= 0 && available <= total)) this.ledger.note(`${available} of ${total} bytes are available`)
  }

  /** What holds when everything has its outcome. */
  atRest(): void {
    const available = this.value('buffer-available-bytes')
    const total = this.value('buffer-total-bytes')
    if (available !== total) this.ledger.note(`${total - available} bytes of memory never came back`)
    const waiting = this.value('waiting-threads')
    if (waiting !== 0) this.ledger.note(`${waiting} sends wait although all have their outcome`)
  }

  private value(name: string): number {
    const gauge = this.gauges.get(name)
    if (gauge === undefined) throw new Error(`there is no metric ${name}`)
    return gauge.value()
  }
}
