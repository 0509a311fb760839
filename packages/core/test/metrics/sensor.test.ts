import { describe, expect, test } from 'vitest'
import { Sensor } from '../../src/metrics/sensor.ts'

const settings = { metricsNumSamples: 2, metricsSampleWindowMs: 30_000 }

describe('Sensor', () => {
  test('MET-11: averages and maxima are NaN without samples, rates and totals 0', () => {
    const sensor = new Sensor(settings, 0)
    expect(sensor.read('avg', 10)).toBeNaN()
    expect(sensor.read('max', 10)).toBeNaN()
    expect(sensor.read('rate', 10)).toBe(0)
    expect(sensor.read('total', 10)).toBe(0)
  })

  test('MET-11: a rate is per second over the windows, a first one counting as whole', () => {
    const sensor = new Sensor(settings, 0)
    for (let i = 0; i < 60; i++) sensor.record(2, 1000)
    expect(sensor.read('rate', 1000)).toBeCloseTo(120 / 31)
    expect(sensor.read('rate', 30_000)).toBeCloseTo(120 / 30)
  })

  test('MET-11: what is older than the windows no longer counts, but in totals', () => {
    const sensor = new Sensor(settings, 0)
    sensor.record(100, 0)
    sensor.record(4, 40_000)
    expect(sensor.read('max', 40_000)).toBe(100)
    expect(sensor.read('avg', 40_000)).toBe(52)
    expect(sensor.read('max', 61_000)).toBe(4)
    expect(sensor.read('max', 101_000)).toBeNaN()
    expect(sensor.read('rate', 101_000)).toBe(0)
    expect(sensor.read('total', 101_000)).toBe(104)
  })

  test('MET-11: a total never goes down, a window that comes round again starts empty', () => {
    const sensor = new Sensor(settings, 0)
    let last = 0
    for (let now = 0; now < 300_000; now += 7000) {
      sensor.record(1, now)
      expect(sensor.read('total', now)).toBeGreaterThan(last)
      last = sensor.read('total', now)
      expect(sensor.read('avg', now)).toBe(1)
    }
  })
})
