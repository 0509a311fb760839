import type { BrokerAddress } from './transport.ts'

/** An address in messages: `host:port`, with brackets around an IPv6 address. */
export function addressName({ host, port }: Pick<BrokerAddress, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
