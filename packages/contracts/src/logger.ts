/** Facts that belong to a log line. Values are plain data; credentials never appear in them. */
export type LogFields = Readonly<Record<string, unknown>>

/** Where a producer and its plugins write what a person may want to read later. Must not throw. */
export interface Logger {
  /** Steps of interest when following one producer: connections, retries, metadata. */
  debug(message: string, fields?: LogFields): void
  /** Rare, expected changes. */
  info(message: string, fields?: LogFields): void
  /** Something to look at which the producer handles by itself. */
  warn(message: string, fields?: LogFields): void
  /** Something that the producer could not handle: records failed, or a plugin threw. */
  error(message: string, fields?: LogFields): void
}

const ignore = (): void => {}

/** Drops every line. The default. */
export const noopLogger: Logger = Object.freeze({ debug: ignore, info: ignore, warn: ignore, error: ignore })
