/**
 * The `posthorn` command, as a function.
 *
 * @packageDocumentation
 */
export type { Io, SignalSource } from './io.ts'
export { run } from './run.ts'
