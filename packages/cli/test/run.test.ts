import { describe, expect, it } from 'vitest'
import { run } from '../src/index.ts'
import { FakeIo } from './support/fakeIo.ts'

async function outcome(...args: string[]): Promise<{ code: number; out: string; errors: string }> {
  const io = new FakeIo()
  const code = await run(args, io)
  return { code, out: io.stdout.text, errors: io.stderr.text }
}

const produceTo = ['produce', '-b', '127.0.0.1:1', '-t', 't']

describe('the command line', () => {
  it('prints its version', async () => {
    expect(await outcome('--version')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/) as string,
      errors: '',
    })
  })

  it('prints help for all of it, and for each command with examples', async () => {
    expect((await outcome('--help')).out).toMatch(/produce.*cluster/s)
    for (const command of ['produce', 'cluster', 'doctor']) {
      const { code, out } = await outcome(command, '--help')
      expect([code, out]).toEqual([0, expect.stringMatching(/^Usage: posthorn .*Examples:\n {2}\$ /s)])
    }
  })

  it.each([
    [['prodce'], /unknown command 'prodce'.*Did you mean produce/s],
    [['produce', '--topic', 't'], /where is the cluster\? --bootstrap-servers/],
    [[...produceTo, '--format', 'xml'], /--format.*'xml' is invalid.*lines, ndjson, csv/s],
    [[...produceTo, '--acks', '2'], /--acks.*'2' is invalid/s],
    [[...produceTo, '--fast'], /unknown option '--fast'/],
    [[...produceTo, '--key-field', 'a'], /--key-field needs --format ndjson or csv/],
    [[...produceTo, '-f', 'csv', '-k', ','], /with csv use --key-field/],
    [[...produceTo, '-k', ''], /--key-separator must not be empty/],
    [[...produceTo, '-c', 'linger=1'], /unknown configuration key "linger"; did you mean "lingerMs"/],
    [[...produceTo, '-c', 'linger.ms=x'], /lingerMs: expected a whole number .*received "x"/],
    [[...produceTo, '-z', 'lzma'], /compression: expected 'none', 'gzip'.*"lzma"/],
    [['produce', '-b', 'localhost', '-t', 't'], /bootstrapServers: expected "host:port".*"localhost"/],
    [['produce', '-b', 'h:70000', '-t', 't'], /bootstrapServers.*70000/],
    [['cluster', '--brokers', '0'], /--brokers: expected a whole number from 1 to 100, received "0"/],
    [['cluster', '--port', '70000'], /--port: expected/],
    [['cluster', '--port', '65535', '--brokers', '2'], /2 brokers need ports up to 65536/],
    [['cluster', '--topic', 'a:b'], /--topic: expected a whole number/],
    [['cluster', '--topic', 'a/b'], /--topic a\/b: expected NAME/],
  ])('refuses %j', async (args, message) => {
    const { code, out, errors } = await outcome(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errors).toMatch(message)
  })

  it('names a file that cannot be read', async () => {
    const missing = await outcome(...produceTo, '/no/such/file')
    expect(missing.code).toBe(1)
    expect(missing.errors).toBe('posthorn: cannot read /no/such/file: there is no such file\n')
    expect((await outcome(...produceTo, import.meta.dirname)).errors).toMatch(/it is a folder/)
  })
})
