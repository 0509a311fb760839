import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Schema {
  readonly id: number
  readonly guid: string
  readonly subject: string
  readonly version: number
  readonly schema: string
  readonly schemaType?: string
  readonly references?: unknown
}

/** A schema registry on this machine: subjects, versions, ids and GUIDs, by Confluent's REST API. */
export interface RegistryStub {
  readonly url: string
  /** Method and path of each request, in order. */
  readonly requests: string[]
  close(): Promise<void>
}

/** Starts one. */
export async function registryStub(): Promise<RegistryStub> {
  const schemas: Schema[] = []
  const requests: string[] = []
  const server = createServer((request, response) => {
    void answer(request, response, schemas, requests)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  schemas: Schema[],
  requests: string[],
): Promise<void> {
  const { pathname } = new URL(request.url!, 'http://stub')
  requests.push(`${request.method!} ${pathname}`)
  let text = ''
  for await (const chunk of request) text += String(chunk)
  const found = route(request.method!, pathname.split('/').map(decodeURIComponent), text, schemas)
  response.writeHead(found === null ? 404 : 200, { 'content-type': 'application/vnd.schemaregistry.v1+json' })
  response.end(JSON.stringify(found ?? { error_code: 40403, message: 'Schema not found' }))
}

/** The resource, `null` where there is none. */
function route(method: string, [, kind, name, part, last]: string[], text: string, schemas: Schema[]): Schema | null {
  if (method === 'POST' && kind === 'subjects') {
    const given = JSON.parse(text) as { schema: string; schemaType?: string; references?: unknown }
    const same = schemas.find(({ subject, schema }) => subject === name && schema === given.schema)
    if (same !== undefined || part !== 'versions') return same ?? null
    const id = 70_000 + schemas.length
    const hex = createHash('sha256').update(given.schema).digest('hex')
    const guid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
    const version = schemas.filter(({ subject }) => subject === name).length + 1
    schemas.push({ ...given, id, guid, subject: name!, version })
    return schemas.at(-1)!
  }
  if (kind === 'schemas') return schemas.find(({ id, guid }) => (name === 'ids' ? String(id) : guid) === part) ?? null
  const versions = schemas.filter(({ subject }) => subject === name)
  return (last === 'latest' ? versions.at(-1) : versions.find(({ version }) => String(version) === last)) ?? null
}
