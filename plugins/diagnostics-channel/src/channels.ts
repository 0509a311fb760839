import type {
  BatchEvent,
  BatchSettledEvent,
  ConnectionEvent,
  DisconnectEvent,
  Hooks,
  MetadataEvent,
  RequestEvent,
  ResponseEvent,
  RetryEvent,
  SplitEvent,
  ThrottleEvent,
} from '@posthorn/contracts'

/** What is published on each channel: the event of the hook, `null` where a hook has none. */
export interface ChannelEvents {
  /** A producer was assembled. */
  readonly 'posthorn:producer:started': null
  /** A producer has closed. */
  readonly 'posthorn:producer:closed': null
  /** A connection is ready for requests. */
  readonly 'posthorn:connection:opened': ConnectionEvent
  /** A connection, or an attempt at one, ended. */
  readonly 'posthorn:connection:closed': DisconnectEvent
  /** A request was handed to a connection. */
  readonly 'posthorn:request:sent': RequestEvent
  /** An answer was read. */
  readonly 'posthorn:request:answered': ResponseEvent
  /** A broker asked for a pause. */
  readonly 'posthorn:request:throttled': ThrottleEvent
  /** A batch was closed and compressed, before its first attempt. */
  readonly 'posthorn:batch:sealed': BatchEvent
  /** A batch was stored or failed for good. */
  readonly 'posthorn:batch:settled': BatchSettledEvent
  /** A batch will be sent again. */
  readonly 'posthorn:batch:retried': RetryEvent
  /** A batch was divided. */
  readonly 'posthorn:batch:split': SplitEvent
  /** Metadata was updated. */
  readonly 'posthorn:metadata:updated': MetadataEvent
}

/** Name of a channel. */
export type ChannelName = keyof ChannelEvents

/** What a subscriber is given. */
export interface ChannelMessage<Name extends ChannelName = ChannelName> {
  /** `clientId` of the producer that it is about. */
  readonly clientId: string
  /** What happened; the same object that hooks get. Not to be changed. */
  readonly event: ChannelEvents[Name]
}

/** Which hook publishes on which channel. */
export const channelOf: Readonly<Record<Exclude<keyof Hooks, 'name' | 'onClosing'>, ChannelName>> = {
  onStart: 'posthorn:producer:started',
  onClose: 'posthorn:producer:closed',
  onConnect: 'posthorn:connection:opened',
  onDisconnect: 'posthorn:connection:closed',
  onRequest: 'posthorn:request:sent',
  onResponse: 'posthorn:request:answered',
  onThrottle: 'posthorn:request:throttled',
  onBatchSealed: 'posthorn:batch:sealed',
  onBatchSettled: 'posthorn:batch:settled',
  onRetry: 'posthorn:batch:retried',
  onSplit: 'posthorn:batch:split',
  onMetadata: 'posthorn:metadata:updated',
}
