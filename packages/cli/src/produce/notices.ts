import type { LogFields, Logger } from '@posthorn/contracts'

/**
 * Shows what the producer has to say to a person: connections that fail, for example, while it goes on trying. Each
 * message once, since it tries often.
 */
export function noticeLogger(notice: (text: string) => void): Logger {
  const seen = new Set<string>()
  const show = (what: string, fields?: LogFields): void => {
    const cause = fields?.['error']
    const message = cause instanceof Error ? `${what}: ${cause.message}` : what
    if (seen.has(message)) return
    seen.add(message)
    notice(message)
  }
  const ignore = (): void => {}
  return { debug: ignore, info: ignore, warn: show, error: show }
}
