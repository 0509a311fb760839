import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { posthorn, PosthornProcess } from './support/posthorn.ts'

interface Description {
  readonly bootstrapServers: readonly string[]
  readonly topics: readonly string[]
}

async function started(running: PosthornProcess): Promise<Description> {
  return JSON.parse(await running.firstOutput()) as Description
}

describe('posthorn cluster', () => {
  it('prints addresses and topics, and that it is for development only; SIGTERM ends it in good order', async () => {
    await using running = new PosthornProcess('cluster', '--port', '0', '--brokers', '2', '--topic', 'orders:6')
    const output = await running.firstOutput()
    expect(output).toMatch(/^bootstrap servers {2}127\.0\.0\.1:\d+,127\.0\.0\.1:\d+\ntopics {13}orders\n/)
    expect(output).toContain('for local development only')
    running.child.kill('SIGTERM')
    expect(await running.ended).toMatchObject({ code: 0, errors: '' })
  })

  it('takes what posthorn produce writes', async () => {
    await using running = new PosthornProcess('cluster', '--port', '0', '--partitions', '2', '--json')
    const { bootstrapServers } = await started(running)
    const { code, out } = await posthorn(['produce', '-b', bootstrapServers.join(), '-t', 'new', '--json'], 'a\nb\n')
    expect([code, JSON.parse(out)]).toMatchObject([0, { acknowledged: 2 }])
  })

  it('says so when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { code, errors } = await posthorn(['cluster', '--port', String(port)])
    other.close()
    expect(code).toBe(1)
    expect(errors).toMatch(/^posthorn: cannot listen: .*EADDRINUSE.*--port takes another port/)
  })
})

const hasKcat = spawnSync('kcat', ['-V']).status === 0

describe.skipIf(!hasKcat)(hasKcat ? 'kcat' : 'kcat (skipped: it is not on the PATH)', () => {
  async function kcat(servers: readonly string[], args: readonly string[], input = ''): Promise<string> {
    const child = spawn('kcat', ['-b', servers.join(), ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    const outputs = Promise.all([text(child.stdout), text(child.stderr)])
    child.stdin.end(input)
    const [code] = (await once(child, 'close')) as [number | null]
    const [out, errors] = await outputs
    if (code !== 0) throw new Error(`kcat ended with ${code}: ${errors}`)
    return out
  }

  it('produces with gzip, idempotence and headers, and consumes what it wrote', async () => {
    await using running = new PosthornProcess('cluster', '--port', '0', '--brokers', '3', '--topic', 't:3', '--json')
    const { bootstrapServers, topics } = await started(running)
    expect(topics).toEqual(['t'])
    const lines = Array.from({ length: 1000 }, (_, index) => `k${index % 7}:value ${index}`)
    const options = ['-X', 'enable.idempotence=true', '-z', 'gzip', '-H', 'a=1', '-K', ':']
    await kcat(bootstrapServers, ['-P', '-t', 't', ...options], lines.join('\n'))
    const found = await kcat(bootstrapServers, ['-C', '-t', 't', '-e', '-q', '-f', '%k:%s|%h\n'])
    expect(found.trimEnd().split('\n').sort()).toEqual(lines.map((line) => `${line}|a=1`).sort())
  })

  it('consumes what posthorn produce wrote, byte for byte', async () => {
    await using running = new PosthornProcess('cluster', '--port', '0', '--json')
    const { bootstrapServers } = await started(running)
    const args = ['produce', '-b', bootstrapServers.join(), '-t', 't', '-k', '\\t', '-z', 'gzip']
    expect(await posthorn(args, 'k\tvalue\nno key\r\n\n')).toMatchObject({ code: 0 })
    const found = await kcat(bootstrapServers, ['-C', '-t', 't', '-e', '-q', '-f', '[%K %k %S %s]'])
    expect(found).toBe('[1 k 5 value][-1  7 no key\r][-1  0 ]')
  })
})
