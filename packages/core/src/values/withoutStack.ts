/**
 * Makes an error that knows no stack. Where errors are an ordinary answer, as to an application that sends faster than
 * records leave, the trace costs several times what everything else about the record does, and leads to nothing but the
 * loop that sends.
 */
export function withoutStack<T extends Error>(make: () => T): T {
  const limit = Error.stackTraceLimit
  // By Reflect: an environment may have frozen `Error`, and then there is a trace after all.
  Reflect.set(Error, 'stackTraceLimit', 0)
  try {
    return make()
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit)
  }
}
