import { ConnectionError, KafkaError, ProtocolError } from '@posthorn/contracts'
import type { ConnectionPhase } from './connectionParts.ts'

/** A connection was given up by us. */
export function closed(name: string): ConnectionError {
  return new ConnectionError('NETWORK_EXCEPTION', `the connection to ${name} was closed`, {
    retriable: true,
    broker: name,
  })
}

/** The broker, or something on the way, ended a connection: after an orderly end `error` is `null`. */
export function lost(
  name: string,
  error: Error | null,
  phase: ConnectionPhase,
  mechanism: string | undefined,
): ConnectionError {
  const why = error === null ? 'broker closed the connection' : `connection lost (${error.message})`
  const details = { retriable: true, broker: name, cause: error ?? undefined }
  return new ConnectionError('NETWORK_EXCEPTION', `${why}: ${name}${meaning(phase, mechanism)}`, details)
}

/** A broker before Kafka 1.0 that refuses credentials says so in no other way; it is no proof (SAS-06). */
function meaning(phase: ConnectionPhase, mechanism: string | undefined): string {
  if (phase === 'ready') return ''
  if (phase !== 'authenticating') return ' before it had answered the first request'
  return `, while we logged in (${mechanism}): a broker before Kafka 1.0 refuses credentials so`
}

/** Whatever went wrong with a connection, as an error of ours that says with which. */
export function asConnectionError(error: unknown, name: string): KafkaError {
  // What was asked for is asked again over another connection, so that bytes nobody can read cost time and nothing else.
  if (error instanceof ProtocolError) {
    return new ProtocolError(error.code, error.message, { retriable: true, broker: name, cause: error.cause })
  }
  if (error instanceof KafkaError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new ConnectionError('CONNECTION_FAILED', `connection to ${name} failed: ${message}`, {
    retriable: true,
    broker: name,
    cause: error,
  })
}
