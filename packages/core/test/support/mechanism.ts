import type { Plugin, SaslMechanism } from '@posthorn/contracts'

/** Who a {@link nameMechanism} says we are, and how it takes its time. */
export interface NameMechanism {
  name: string
  /** What `start` waits for; nothing while it is `null`. */
  before: Promise<unknown> | null
  /** How often it was started. */
  starts: number
}

/** PLAIN, with a name that may change between logins; the password is always `secret`. */
export function nameMechanism(name = 'alice'): { plugin: Plugin<SaslMechanism>; it: NameMechanism } {
  const it: NameMechanism = { name, before: null, starts: 0 }
  const session = () => ({
    first: new TextEncoder().encode(`\0${it.name}\0secret`),
    step: () => ({ response: null, done: true }),
  })
  const start = () => {
    it.starts++
    return it.before === null ? session() : it.before.then(session)
  }
  return { plugin: () => ({ name: 'PLAIN', start }), it }
}
