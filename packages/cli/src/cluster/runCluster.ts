import { type Cluster, createCluster } from '@posthorn/testkit'
import { ExitCode } from '../exitCodes.ts'
import type { Io } from '../io.ts'
import type { ClusterJob } from './job.ts'

/** Runs `posthorn cluster` until a signal ends it; returns the exit code. */
export async function runCluster({ options, port, json }: ClusterJob, io: Io): Promise<number> {
  const ended = nextSignal(io)
  const cluster = createCluster(options)
  try {
    await cluster.listen({ port })
    io.stdout.write(json ? `${JSON.stringify(description(cluster))}\n` : text(cluster))
    await ended.promise
    return ExitCode.done
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    io.stderr.write(`posthorn: cannot listen: ${message}; --port takes another port, 0 any that is free\n`)
    return ExitCode.failed
  } finally {
    ended.remove()
    await cluster.close()
  }
}

function description(cluster: Cluster): object {
  const { clusterId, bootstrapServers, topics } = cluster
  return { clusterId, bootstrapServers, topics }
}

function text({ bootstrapServers, topics }: Cluster): string {
  const names = topics.length === 0 ? '' : `topics             ${topics.join(', ')}\n`
  return (
    `bootstrap servers  ${bootstrapServers.join(',')}\n${names}` +
    'A Kafka cluster in memory, for local development only. Ctrl-C ends it, and all that it holds.\n'
  )
}

function nextSignal({ signals }: Io): { readonly promise: Promise<unknown>; remove(): void } {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  // The cluster's own timers do not keep the process alive; its ports do, once they are open.
  const end = (): void => resolve(undefined)
  signals.on('SIGINT', end)
  signals.on('SIGTERM', end)
  const remove = (): void => {
    signals.off('SIGINT', end)
    signals.off('SIGTERM', end)
  }
  return { promise, remove }
}
