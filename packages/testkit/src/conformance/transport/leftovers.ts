/** Number of sockets and timers that keep the process alive. */
export function leftovers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout' || /^(TCP|TLS)/.test(kind)).length
}
