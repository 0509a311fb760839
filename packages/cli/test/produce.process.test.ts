import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { type Cluster, createCluster } from '@posthorn/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { posthorn, PosthornProcess } from './support/posthorn.ts'

/** For a busy machine. */
const patience = { timeout: 20_000 }

let cluster: Cluster
beforeEach(async () => {
  cluster = createCluster({ brokers: 3, topics: { numbers: 3 }, autoCreateTopics: false })
  await cluster.listen()
})
afterEach(() => cluster.close())

const produceTo = (address: string, ...more: string[]): string[] => ['produce', '-b', address, '-t', 'numbers', ...more]
const servers = (): string => cluster.bootstrapServers.join(',')

describe('posthorn produce', () => {
  it('stores every line of its standard input once and exits by itself', async () => {
    const lines = Array.from({ length: 50_000 }, (_, index) => String(index))
    const { code, out, errors } = await posthorn(produceTo(servers(), '-z', 'gzip', '--json'), lines.join('\n'))
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(JSON.parse(out)).toMatchObject({ records: 50_000, acknowledged: 50_000, failed: 0 })
    const stored = cluster.records('numbers').map(({ value }) => Buffer.from(value ?? []).toString())
    expect(new Set(stored)).toEqual(new Set(lines))
    expect(stored).toHaveLength(lines.length)
  })

  it('exits by itself, with a reason, when the topic is not there', async () => {
    const args = ['produce', '-b', servers(), '-t', 'none', '-c', 'max.block.ms=200']
    const { code, out, errors } = await posthorn(args, 'a\n')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(errors).toMatch(/^posthorn: no metadata of topic none within 200 ms \(maxBlockMs\): .*topic/)
  })

  it('delivers what it has read when it is interrupted', async () => {
    await using running = new PosthornProcess(...produceTo(servers(), '--json'))
    running.child.stdin.write('a\nb\n')
    await expect.poll(() => cluster.records('numbers').length, patience).toBe(2)
    running.child.kill('SIGINT')
    const { code, out } = await running.ended
    expect(code).toBe(130)
    expect(JSON.parse(out)).toMatchObject({ acknowledged: 2, interrupted: true })
  })

  it('gives up at the second interrupt, and exits by itself', async () => {
    const lost = cluster.intercept('Produce', { drop: true })
    await using running = new PosthornProcess(...produceTo(servers(), '--json'))
    running.child.stdin.write('a\n')
    await expect.poll(() => lost.count, patience).toBe(1)
    running.child.kill('SIGINT')
    await once(running.child.stderr, 'data')
    running.child.kill('SIGINT')
    const { code, out } = await running.ended
    expect(code).toBe(130)
    expect(JSON.parse(out)).toMatchObject({ records: 1, failed: 1, errors: [{ code: 'PRODUCER_CLOSED' }] })
  })
})

describe('what is no Kafka broker', () => {
  const servers: Server[] = []
  async function serve(server: Server): Promise<string> {
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return `127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))))

  it.each([
    ['nobody', () => Promise.resolve('127.0.0.1:1'), /ECONNREFUSED/],
    ['an HTTP server', () => serve(createHttpServer((_, answer) => answer.end('hello'))), /HTTP server/],
    [
      'a server that closes at once',
      () => serve(createServer((socket) => socket.destroy())),
      /closed|lost|disconnected/,
    ],
    [
      'a server that never answers',
      () => serve(createServer((socket) => socket.on('error', () => {}).resume())),
      /no metadata/,
    ],
  ])('%s: a reason within maxBlockMs, and the end of the process', async (_what, start, reason) => {
    const address = await start()
    const { code, out, errors } = await posthorn(produceTo(address, '-c', 'max.block.ms=300'), 'a\n')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(errors).toMatch(/posthorn: no metadata of topic numbers within 300 ms \(maxBlockMs\)/)
    expect(errors).toMatch(reason)
  })
})
