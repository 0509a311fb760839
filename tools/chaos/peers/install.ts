import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../kafka/run.ts'
import { peersFolder } from './folder.ts'

const timeoutMs = 300_000

const npmPeers = { kafkajs: '2.2.4', '@platformatic/kafka': '2.12.1' }
// The newest librdkafka comes, built, within the Python wheel.
const pythonPeer = 'confluent-kafka==2.16.1'

/** Installs the other clients, pinned, once; `npm` and `python3` with pip are looked for in the PATH. */
export async function installPeers(which: 'npm' | 'python'): Promise<void> {
  const folder = join(peersFolder(), which)
  const wanted = which === 'npm' ? JSON.stringify(npmPeers) : pythonPeer
  const stamp = join(folder, '.installed')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  if (which === 'npm') {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: npmPeers }))
    await tool('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], folder)
  } else {
    await tool('python3', ['-m', 'pip', 'install', '-q', '--no-deps', '--target', folder, pythonPeer], folder)
  }
  await writeFile(stamp, wanted)
}

async function tool(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, stdout, stderr } = await run(command, args, { cwd, timeoutMs })
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${code}\n${stdout}${stderr}`)
}
