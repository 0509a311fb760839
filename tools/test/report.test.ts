import { describe, expect, test } from 'vitest'
import { runSteps } from './report.ts'
import { checks, leftOut, type Outcome } from './step.ts'

const step = (name: string, run: () => Promise<Outcome>): Parameters<typeof runSteps>[0][number] => ({
  name,
  kind: 'checks',
  run,
})

async function report(...steps: Parameters<typeof runSteps>[0]): Promise<string> {
  let text = ''
  await runSteps(steps, (more) => (text += more))
  return text
}

describe('runSteps()', () => {
  test('goes on after a step that failed or threw, and shows why', async () => {
    const text = await report(
      step('first', () => Promise.resolve(checks(['', 'it is broken']))),
      step('second', () => Promise.reject(new Error('it blew up'))),
      step('third', () => Promise.resolve(checks(['']))),
    )
    expect(text).toContain('it is broken')
    expect(text).toContain('it blew up')
    expect(text).toMatch(/^ok {4}third/m)
  })

  test('ends with the sum of all counts alone on a line', async () => {
    const text = await report(
      step('first', () => Promise.resolve(checks(['', '', 'broken']))),
      step('second', () => Promise.resolve(leftOut('no Java'))),
    )
    expect(text).toMatch(/\n2 passed, 1 failed\n$/)
    expect(text).toContain('left out: no Java')
  })

  test('sums counts by kind', async () => {
    const kinds = new Map([
      ['unit', { passed: 3, failed: 0 }],
      ['property', { passed: 2, failed: 1 }],
    ])
    const text = await report(step('tests', () => Promise.resolve({ passed: 5, failed: 1, skipped: 0, kinds })))
    expect(text).toMatch(/^unit +3 passed +0 failed$/m)
    expect(text).toMatch(/^property +2 passed +1 failed$/m)
  })
})
