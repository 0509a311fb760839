import { encodeResponse, ErrorCode, errorCode, Writer } from '@posthorn/protocol'
import { closeConnection, noAnswer, type RequestContext } from '../apis/apiHandler.ts'
import type { FaultAction, SeizedRequest } from '../faults/faultAction.ts'
import { sendInstead } from '../faults/sendInstead.ts'
import type { BrokerConnection } from './brokerConnection.ts'
import { readRequest, type ReadRequest } from './readRequest.ts'

/**
 * Runs one request from frame to answer, with the faults that are set for it. A request that cannot be read, or that
 * asks for an API or version that is not served, closes the connection, as with Kafka.
 */
export async function runRequest(frame: Uint8Array, connection: BrokerConnection): Promise<void> {
  const { session } = connection
  if (session.expectsBareToken) {
    runBareToken(frame, connection)
    return
  }
  const request = readRequest(frame, connection)
  if (request === 'answered') return
  if (request === 'unreadable' || !session.allows(request.header.apiKey)) {
    connection.close()
    return
  }
  const { cluster, broker, listener } = connection
  const context: RequestContext = { cluster, broker, listener, version: request.header.apiVersion, session }
  const seized = seize(request, context, connection)
  cluster.history.add(seized, frame.length)
  const action = (await cluster.interceptions.decide(seized)) ?? {}
  await pause(action.delayBeforeMs, connection)
  if (isOver(connection)) return
  if (action.cutBefore === true) {
    connection.cut()
    return
  }
  const outcome = changed(await outcomeOf(request, action, context), action, connection)
  await pause(action.delayAfterMs, connection)
  if (isOver(connection)) return
  answer(outcome, request, action, connection)
  if (session.failed) connection.close()
  await pause(cluster.throttleMs, connection)
}

/** A token after SaslHandshake v0: nothing but bytes behind their length, and no word of a refusal. */
function runBareToken(frame: Uint8Array, connection: BrokerConnection): void {
  const { authBytes } = connection.session.token(frame)
  if (connection.session.failed) {
    connection.close()
    return
  }
  const writer = new Writer(false)
  writer.sizedBytes(authBytes)
  connection.send(writer.finish())
}

function seize({ header, api, body }: ReadRequest, context: RequestContext, { id }: BrokerConnection): SeizedRequest {
  return {
    broker: context.broker.id,
    apiKey: header.apiKey,
    apiName: api.handler.api.name,
    version: header.apiVersion,
    correlationId: header.correlationId,
    clientId: header.clientId,
    connection: id,
    body,
    topics: api.handler.topics?.(body, context) ?? [],
    at: context.cluster.settings.clock.now(),
  }
}

async function outcomeOf({ api, body }: ReadRequest, action: FaultAction, context: RequestContext): Promise<unknown> {
  if (action.answer !== undefined) return action.answer
  if (action.error === undefined) {
    const denied = api.handler.authorize?.(body, context) ?? ErrorCode.NONE
    if (denied !== ErrorCode.NONE) return api.handler.fail(body, denied, context)
    return await api.handler.handle(body, context)
  }
  const code = typeof action.error === 'number' ? action.error : errorCode(action.error)
  return api.handler.fail(body, code, context)
}

function changed(outcome: unknown, action: FaultAction, { cluster }: BrokerConnection): unknown {
  if (outcome === noAnswer || outcome === closeConnection) return outcome
  const throttled = cluster.throttleMs > 0 ? { ...(outcome as object), throttleTimeMs: cluster.throttleMs } : outcome
  return action.change === undefined ? throttled : action.change(throttled as never)
}

function answer(outcome: unknown, request: ReadRequest, action: FaultAction, to: BrokerConnection): void {
  if (action.cutAfter === true) to.cut()
  else if (action.drop === true) to.loseAnswers()
  else if (outcome === closeConnection) to.close()
  else if (outcome !== noAnswer) {
    const { api } = request.api.handler
    const { apiVersion, correlationId } = request.header
    const bytes = encodeResponse(api, apiVersion, correlationId, api.encodeResponse(outcome, apiVersion))
    if (action.send === undefined) to.send(bytes)
    else sendInstead(action.send, bytes, to)
  }
}

function pause(ms: number | undefined, { cluster }: BrokerConnection): Promise<void> | undefined {
  if (ms === undefined || ms <= 0) return undefined
  return new Promise((resolve) => cluster.settings.clock.schedule(ms, resolve))
}

/** A function, so that the compiler does not take what was true before an `await` for true after it. */
function isOver(connection: BrokerConnection): boolean {
  return connection.dead
}
