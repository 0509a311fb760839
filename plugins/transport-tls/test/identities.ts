import { Authority } from '../../../tools/certificates/authority.ts'

/** The authority that the tests trust. */
export const authority: Authority = new Authority()

/** A server that the transport accepts as `localhost` and `127.0.0.1`. */
export const server: { readonly cert: string; readonly key: string } = authority.issue({
  commonName: 'server',
  names: ['localhost', '127.0.0.1', '::1'],
})
