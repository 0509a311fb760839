/** How values are kept; see `metrics.num.samples` and `metrics.sample.window.ms`. */
export interface SampleSettings {
  readonly metricsNumSamples: number
  readonly metricsSampleWindowMs: number
}

interface Sample {
  startMs: number
  count: number
  sum: number
  max: number
}

/** What a metric reads from a sensor. */
export type Statistic = 'avg' | 'max' | 'rate' | 'total'

/** Values recorded over the latest windows of time, and their sum since the beginning (MET-11). */
export class Sensor {
  private readonly settings: SampleSettings
  private readonly samples: Sample[]
  private current = 0
  private sumOfAll = 0

  constructor(settings: SampleSettings, nowMs: number) {
    this.settings = settings
    this.samples = [{ startMs: nowMs, count: 0, sum: 0, max: Number.NEGATIVE_INFINITY }]
  }

  /** Records a value. */
  record(value: number, nowMs: number): void {
    let sample = this.samples[this.current] as Sample
    if (nowMs - sample.startMs >= this.settings.metricsSampleWindowMs) sample = this.advance(nowMs)
    sample.count++
    sample.sum += value
    if (value > sample.max) sample.max = value
    this.sumOfAll += value
  }

  /** Reads a statistic. */
  read(statistic: Statistic, nowMs: number): number {
    switch (statistic) {
      case 'total':
        return this.sumOfAll
      case 'avg':
        return this.average(nowMs)
      case 'max':
        return this.maximum(nowMs)
      case 'rate':
        return this.rate(nowMs)
    }
  }

  private average(nowMs: number): number {
    let count = 0
    let sum = 0
    for (const sample of this.fresh(nowMs)) {
      count += sample.count
      sum += sample.sum
    }
    return count === 0 ? Number.NaN : sum / count
  }

  private maximum(nowMs: number): number {
    let max = Number.NEGATIVE_INFINITY
    for (const sample of this.fresh(nowMs)) max = Math.max(max, sample.max)
    return max === Number.NEGATIVE_INFINITY ? Number.NaN : max
  }

  /** Per second. A window that has only begun counts as a whole one, so that the first values do not read as a burst. */
  private rate(nowMs: number): number {
    const { metricsNumSamples, metricsSampleWindowMs } = this.settings
    let sum = 0
    let oldestMs = nowMs
    for (const sample of this.fresh(nowMs)) {
      sum += sample.sum
      oldestMs = Math.min(oldestMs, sample.startMs)
    }
    const elapsedMs = nowMs - oldestMs
    const missing = Math.max(0, metricsNumSamples - 1 - Math.floor(elapsedMs / metricsSampleWindowMs))
    return (sum / (elapsedMs + missing * metricsSampleWindowMs)) * 1000
  }

  private advance(nowMs: number): Sample {
    this.current = (this.current + 1) % this.settings.metricsNumSamples
    const sample = (this.samples[this.current] ??= { startMs: 0, count: 0, sum: 0, max: 0 })
    sample.startMs = nowMs
    sample.count = sample.sum = 0
    sample.max = Number.NEGATIVE_INFINITY
    return sample
  }

  private fresh(nowMs: number): Sample[] {
    const { metricsNumSamples, metricsSampleWindowMs } = this.settings
    return this.samples.filter((sample) => nowMs - sample.startMs < metricsNumSamples * metricsSampleWindowMs)
  }
}
