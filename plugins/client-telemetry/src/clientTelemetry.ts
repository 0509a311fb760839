import type { Clock, Hooks, Plugin } from '@posthorn/contracts'
import { ConfigError, StateError } from '@posthorn/contracts'
import { Compression } from './compression.ts'
import { InstanceId } from './instanceId.ts'
import type { ClientTelemetryOptions } from './options.ts'
import { Reporter } from './reporter.ts'

/** A plugin for `hooks` of one producer, and what it knows. */
export interface ClientTelemetry extends Plugin<Hooks> {
  /**
   * The id that the cluster has given to this producer (`clientInstanceId` in Java). Waits for it up to `timeoutMs`, 0 or
   * more. Rejects with `INVALID_ARGUMENT`, with `REQUEST_TIMED_OUT`, and with `INVALID_STATE` when there is no producer,
   * or when there will be no id any more.
   */
  clientInstanceId(timeoutMs: number): Promise<string>
}

/**
 * Client telemetry (KIP-714): gives a cluster that asks for it the producer's metrics, under Kafka's names, in
 * OpenTelemetry's protocol, as often and with as much as the cluster says. One for each producer: a second producer that
 * is made with it throws a `ConfigError`.
 */
export function clientTelemetry({ codecs = [], applicationMetrics }: ClientTelemetryOptions = {}): ClientTelemetry {
  const instanceId = new InstanceId()
  let clock: Clock | null = null
  const plugin: Plugin<Hooks> = (env) => {
    if (clock !== null) throw new ConfigError('hooks: expected a clientTelemetry() of its own for each producer')
    clock = env.clock
    const made = codecs.map((codec) => codec(env))
    const reporter = new Reporter({
      env,
      compression: new Compression(made, env.logger),
      instanceId,
      applicationMetrics: () => applicationMetrics?.() ?? [],
    })
    return {
      name: 'client-telemetry',
      onStart: (producer) => reporter.start(producer),
      onConnect: ({ nodeId }) => reporter.onConnect(nodeId),
      onDisconnect: ({ nodeId }) => reporter.onDisconnect(nodeId),
      onClosing: () => reporter.close(),
      onClose: () => {
        reporter.stop('the producer is closed')
        for (const codec of made) codec.close?.()
      },
    }
  }
  return Object.assign(plugin, {
    clientInstanceId: (timeoutMs: number): Promise<string> => {
      if (clock !== null) return instanceId.get(timeoutMs, clock)
      return Promise.reject(new StateError('INVALID_STATE', 'no producer was made with this clientTelemetry()'))
    },
  })
}
