import type { Env, RecordHeaders } from '@posthorn/contracts'
import { noopLogger, noTimer } from '@posthorn/contracts'

export const env: Env = {
  clock: { now: () => 0, epochMs: () => 0, schedule: () => noTimer },
  random: () => 0,
  logger: noopLogger,
  clientId: 'test',
}

export const headers = { size: 0 } as RecordHeaders
