import { findJdkProgram, findProgram } from './java.ts'

/** Why real Kafka cannot be started here, for the message of a skipped test; undefined if it can. */
export function missingForKafka(): string | undefined {
  if (process.platform === 'win32') return 'real Kafka in the tests needs Linux or macOS'
  const missing = (['java', 'javac', 'jar'] as const).filter((name) => !findJdkProgram(name))
  if (missing.length > 0) return `${missing.join(', ')} not found: real Kafka needs a JDK 17 or newer`
  if (!findProgram('mvn')) return 'mvn not found: Apache Maven fetches the Kafka jars'
  return undefined
}

/** Why kcat cannot be used here, or undefined if it can. */
export function missingForKcat(): string | undefined {
  return findProgram('kcat') ? undefined : 'kcat not found: it is in the system package of that name'
}
