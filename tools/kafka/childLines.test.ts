import { describe, expect, it } from 'vitest'
import { childLines, type StreamedRun } from './childLines.ts'

function node(script: string, more: Partial<StreamedRun> = {}): AsyncGenerator<string> {
  return childLines({ command: process.execPath, args: ['-e', script], timeoutMs: 20_000, ...more })
}

describe('the lines of a child process', () => {
  it('come whole, whatever pieces the program wrote', async () => {
    const input = ['a\nb', 'c\n', 'ä'.repeat(100_000), '\nlast']
    const lines = await Array.fromAsync(node('process.stdin.pipe(process.stdout)', { input }))
    expect(lines).toEqual(['a', 'bc', 'ä'.repeat(100_000), 'last'])
  })

  it('end with what the program said when it fails', async () => {
    const failing = node('console.log("one"); console.error("no such thing"); process.exitCode = 3')
    expect(await failing.next()).toEqual({ done: false, value: 'one' })
    await expect(failing.next()).rejects.toThrow('no such thing')
  })

  it('end in time when the program does not', async () => {
    const endless = node('setInterval(() => {}, 1000)', { timeoutMs: 300 })
    await expect(endless.next()).rejects.toThrow('did not end within 300 ms')
  })

  it('need not be read to the end, nor does the input', async () => {
    const input = Array.from({ length: 1000 }, () => 'x'.repeat(10_000) + '\n')
    for await (const line of node('process.stdin.pipe(process.stdout)', { input })) {
      expect(line).toHaveLength(10_000)
      break
    }
    await expect(Array.fromAsync(node('process.exit(0)', { input }))).resolves.toEqual([])
  })
})
