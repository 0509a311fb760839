/**
 * What a Posthorn producer does, on Node's diagnostics channels.
 *
 * @packageDocumentation
 */
export type { ChannelEvents, ChannelMessage, ChannelName } from './channels.ts'
export type { DiagnosticsChannelOptions } from './diagnosticsChannel.ts'
export { diagnosticsChannel } from './diagnosticsChannel.ts'
