import type { Command } from 'commander'
import { repeated } from '../repeated.ts'

/** The flags that say where the cluster is and how to connect to it; the same for all commands that do. */
export interface ConnectionFlags {
  readonly bootstrapServers?: string
  readonly properties?: string
  readonly ignoreProperty?: readonly string[]
}

/** Adds them to a command. */
export function addConnectionFlags(command: Command): Command {
  return command
    .option('-b, --bootstrap-servers <HOST:PORT,…>', 'addresses to find the cluster by')
    .option('--properties <FILE>', "a Java client's properties file; other flags win over it")
    .option('--ignore-property <KEY>', 'a key of that file to pass over; may be repeated', repeated)
}
