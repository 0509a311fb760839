import { seededRandom } from '@posthorn/testkit'
import { describe, expect, it } from 'vitest'
import { Campaign } from './campaign.ts'
import { allTargets } from './targets/all.ts'
import { apis } from './targets/apis.ts'

const targets = allTargets()

describe('hostile bytes', () => {
  it('are tried on every decoder that the protocol exports', () => {
    const names = targets.map(({ name }) => name)
    expect(apis.length).toBeGreaterThanOrEqual(7)
    for (const { name } of apis) expect(names).toContain(`response/${name}`)
    expect(names).toEqual(expect.arrayContaining(['response/OldProduce', 'frameSplitter', 'recordBatches', 'producer']))
  })

  it.each(targets.map((target) => [target.name, target] as const))(
    'REC-15: %s takes a fixed number of them without a fault',
    async (_name, target) => {
      const executions = target.whole === true ? 60 : 1500
      const campaign = new Campaign([target], { random: seededRandom(42), goOn: (done) => done < executions })
      const [tally] = await campaign.run()
      expect(campaign.findings).toEqual([])
      expect(tally?.executions).toBeGreaterThanOrEqual(executions)
      // Where nearly all is refused at once, nothing was tried.
      expect(tally?.taken).toBeGreaterThan(executions / 100)
    },
  )
})
