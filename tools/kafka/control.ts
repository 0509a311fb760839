import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { isAlive } from './alive.ts'
import { cacheDir } from './cache.ts'
import type { KafkaCluster } from './cluster.ts'

const answerTimeoutMs = 120_000
const socketName = 'control.sock'

/** What may be asked of a cluster that another shell started. */
export const controlCommands: readonly string[] = ['kill', 'stop', 'start', 'pause', 'resume', 'status']

/**
 * Takes commands for a running cluster on a socket inside the cluster's own folder, and leaves a note in the
 * cache so that other shells find it. Returns the function that ends both.
 */
export async function serveControl(cluster: KafkaCluster): Promise<() => Promise<void>> {
  const path = join(cluster.dir, socketName)
  const server: Server = createServer((socket) => {
    socket.on('error', () => {})
    createInterface({ input: socket }).once('line', (line) => {
      void answer(cluster, line).then((text) => socket.end(text + '\n'))
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  await chmod(path, 0o600)
  const note = join(notes(), String(process.pid))
  await mkdir(notes(), { recursive: true })
  await writeFile(note, path)
  return async () => {
    await rm(note, { force: true })
    server.close()
  }
}

/** Sends one command to a running cluster: the one of this socket, else the only one that `up` started. */
export async function control(words: readonly string[], socketPath?: string): Promise<string> {
  const path = socketPath ?? (await onlyRunning())
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let text = ''
    socket.setTimeout(answerTimeoutMs, () => socket.destroy(new Error(`no answer in ${answerTimeoutMs} ms`)))
    socket.on('data', (chunk) => (text += chunk.toString('utf8')))
    socket.once('error', reject)
    socket.once('end', () => resolve(text.trimEnd()))
    socket.write(words.join(' ') + '\n')
  })
}

async function answer(cluster: KafkaCluster, line: string): Promise<string> {
  const [command = '', index] = line.split(' ')
  try {
    if (command !== 'status') await act(cluster, command, Number(index))
    return JSON.stringify({ bootstrapServers: cluster.bootstrapServers, brokers: cluster.brokers })
  } catch (error) {
    return JSON.stringify({ error: error instanceof Error ? error.message : String(error) })
  }
}

async function act(cluster: KafkaCluster, command: string, index: number): Promise<void> {
  switch (command) {
    case 'kill':
      await cluster.kill(index)
      break
    case 'stop':
      await cluster.stop(index)
      break
    case 'start':
      await cluster.start(index)
      break
    case 'pause':
      cluster.pause(index)
      break
    case 'resume':
      cluster.resume(index)
      break
    default:
      throw new Error(`no command ${command}; there are ${controlCommands.join(', ')}`)
  }
}

function notes(): string {
  return join(cacheDir(), 'running')
}

async function onlyRunning(): Promise<string> {
  const names = await readdir(notes()).catch(() => [])
  const live = names.filter((name) => isAlive(Number(name)))
  if (live.length === 1 && live[0]) return readFile(join(notes(), live[0]), 'utf8')
  if (live.length === 0) throw new Error('no cluster runs: start one with `up`')
  throw new Error(`${live.length} clusters run: name one by --control, with the path that its \`up\` printed`)
}
