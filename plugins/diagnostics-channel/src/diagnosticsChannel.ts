import { channel } from 'node:diagnostics_channel'
import type { Hooks, Plugin } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import { channelOf } from './channels.ts'

/** Options of {@link diagnosticsChannel}. */
export interface DiagnosticsChannelOptions {
  /**
   * Also for those who subscribe after the producer was made. Every event is then made for every batch, request and
   * connection, whether somebody hears it or not. Default false: channels that have no subscriber when the producer is made
   * stay silent, and cost nothing.
   */
  readonly lateSubscribers?: boolean | undefined
}

/**
 * Publishes what the producer does on Node's diagnostics channels, see {@link ChannelEvents}, for those who watch an
 * application without taking part in how it is put together. Nothing is published where nobody has subscribed. Subscribers
 * run inside the sender: slow ones delay all sending. What one throws becomes an uncaught exception, as with every
 * diagnostics channel, and neither the sender nor another subscriber suffers from it. Throws a `ConfigError` for an option
 * that is not a boolean.
 */
export function diagnosticsChannel({ lateSubscribers = false }: DiagnosticsChannelOptions = {}): Plugin<Hooks> {
  if (typeof lateSubscribers !== 'boolean') {
    const received = JSON.stringify(lateSubscribers)
    throw new ConfigError(`diagnosticsChannel: lateSubscribers must be true or false; got ${received}`)
  }
  return ({ clientId }) => {
    const hooks: Record<string, unknown> = { name: 'diagnosticsChannel' }
    for (const [hook, name] of Object.entries(channelOf)) {
      const target = channel(name)
      if (!lateSubscribers && !target.hasSubscribers) continue
      // What a producer lends its own hooks is not for everybody who may be listening.
      const eventless = hook === 'onStart' || hook === 'onClose'
      hooks[hook] = (event: unknown) => {
        if (target.hasSubscribers) target.publish({ clientId, event: eventless ? null : event })
      }
    }
    return hooks as unknown as Hooks
  }
}
