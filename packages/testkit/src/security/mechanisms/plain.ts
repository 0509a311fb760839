import type { ServerMechanism, Users } from '../serverMechanism.ts'
import { SaslRefusal } from '../serverMechanism.ts'

/** PLAIN (RFC 4616), as Kafka's broker takes it: `[authorization id] NUL user NUL password`. */
export function plainServer(users: Users): ServerMechanism {
  return {
    name: 'PLAIN',
    start: () => ({
      answer(token) {
        const parts = Buffer.from(token).toString('utf8').split('\0')
        if (parts.length !== 3) {
          throw new SaslRefusal(`Invalid SASL/PLAIN response: expected 3 tokens, got ${parts.length}`)
        }
        const [authorization = '', user = '', password = ''] = parts
        if (user === '') throw new SaslRefusal('Authentication failed: username not specified')
        if (users.get(user) !== password) throw new SaslRefusal('Authentication failed: Invalid username or password')
        if (authorization !== '' && authorization !== user) {
          throw new SaslRefusal(
            'Authentication failed: Client requested an authorization id that is different from username',
          )
        }
        return { token: new Uint8Array(0), user }
      },
    }),
  }
}
