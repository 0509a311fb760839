import { Command, CommanderError } from 'commander'
import { ConfigError } from 'posthorn'
import { addClusterCommand } from './cluster/command.ts'
import { addDoctorCommand } from './doctor/command.ts'
import { ExitCode, UsageError } from './exitCodes.ts'
import { type Io, processIo } from './io.ts'
import { addPerfCommand } from './perf/command.ts'
import { addProduceCommand } from './produce/command.ts'
import { version } from './version.ts'

/** Runs the command line (without program and script name) to its end; resolves with the exit code, never rejects. */
export async function run(args: readonly string[], io: Io = processIo()): Promise<number> {
  let code: number = ExitCode.done
  const program = new Command('posthorn')
    .description(
      'Writes records to Kafka, finds out why that fails, measures how fast a cluster takes records, and runs a small ' +
        'Kafka cluster for local development.',
    )
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError('(posthorn --help tells more)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
  const done = (result: number): void => void (code = result)
  addProduceCommand(program, io, done)
  addPerfCommand(program, io, done)
  addClusterCommand(program, io, done)
  addDoctorCommand(program, io, done)
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    return report(error, io)
  }
}

function report(error: unknown, io: Io): number {
  // Commander has already said what it has to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage
  const message = error instanceof Error ? error.message : String(error)
  io.stderr.write(`posthorn: ${message}\n`)
  return error instanceof UsageError || error instanceof ConfigError ? ExitCode.usage : ExitCode.failed
}
