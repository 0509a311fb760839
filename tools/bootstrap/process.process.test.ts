import { describe, expect, test } from 'vitest'
import { run } from './process.mjs'

const evaluate = (program: string, timeoutMs?: number): ReturnType<typeof run> =>
  run(process.execPath, ['--eval', program], timeoutMs === undefined ? {} : { timeoutMs })

describe('run()', () => {
  test('gives the exit code and all output', async () => {
    expect(await evaluate("console.log('out'); console.error('err'); process.exitCode = 7")).toEqual({
      code: 7,
      output: expect.stringMatching(/out\nerr\n|err\nout\n/) as string,
    })
  })

  test('ends a command that takes too long, and says so', async () => {
    const { code, output } = await evaluate('setInterval(() => {}, 1000)', 200)
    expect(code).toBe(124)
    expect(output).toContain('was stopped after 200 ms')
  })

  test('counts a command that is not there as failed', async () => {
    expect(await run('posthorn-has-no-such-program', [])).toMatchObject({ code: 127 })
  })

  test.skipIf(process.platform === 'win32')('gives 128 and its number for a signal, as a shell does', async () => {
    expect(await evaluate("process.kill(process.pid, 'SIGTERM')")).toMatchObject({ code: 143 })
  })
})
