import { expect, it } from 'vitest'
import { reservePorts } from './ports.ts'

it('gives no port twice, and stays below those that clients get from the system', async () => {
  const all = await Promise.all([reservePorts(20), reservePorts(20), reservePorts(20)])
  const ports = all.flatMap((reserved) => reserved.ports)
  for (const reserved of all) reserved.release()
  expect(new Set(ports).size).toBe(60)
  expect(Math.min(...ports)).toBeGreaterThanOrEqual(20_000)
  expect(Math.max(...ports)).toBeLessThan(32_768)
})
