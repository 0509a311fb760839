import { Application } from './application.ts'
import { Faults } from './faults.ts'
import { Oracle } from './oracle.ts'
import { Stage } from './stage.ts'
import { printed } from './trace.ts'

/** Simulated ms within which everything has to end. */
const LIMIT_MS = 3_600_000

/**
 * One run: applications with transactions on a cluster where things go wrong, everything drawn from the seed. Gives what
 * is wrong; nothing for a good run.
 */
export async function transactionRun(seed: number, trace: boolean = false): Promise<string[]> {
  const stage = new Stage(seed, trace ? printed : null)
  const { clock, draw, ledger } = stage
  const unhandled = (reason: unknown): void => ledger.blame(`nobody handles ${String((reason as Error).stack)}`)
  process.on('unhandledRejection', unhandled)
  try {
    const oracle = new Oracle(stage)
    stage.onInitialized = ({ transactionalId, clientId }) => oracle.checkDecided(transactionalId, clientId)
    const applications = stage.transactionalIds.map((id) => new Application(stage, id))
    const faults = new Faults(stage)
    let over = false
    const watch = (): void => {
      oracle.watch()
      if (!over) clock.schedule(50 + draw.below(300), watch)
    }
    watch()
    const limitMs = LIMIT_MS
    await clock.runUntil(Promise.all(applications.map((application) => application.run())), { limitMs })
    faults.heal()
    await clock.runUntil(Promise.all(applications.map((application) => application.recover())), { limitMs })
    over = true
    const timeouts = applications.map(({ configuration }) => configuration.transactionTimeoutMs)
    await clock.advance(Math.max(...timeouts) + 10_000)
    oracle.judge()
  } catch (error) {
    ledger.blame(String((error as Error).stack))
  } finally {
    process.off('unhandledRejection', unhandled)
  }
  return ledger.wrong
}
