import { KafkaError } from '../../packages/contracts/src/errors.ts'
import { table as kafkaErrors } from '../../packages/protocol/src/errorEntries.ts'
import { brokerErrors } from './brokerErrors.ts'
import { ownErrors } from './ownErrors.ts'

/** Every code that an error can have, in Kafka's table or ours. */
export const knownCodes: ReadonlySet<string> = new Set([
  ...Object.keys(ownErrors),
  ...kafkaErrors.map(([, name]) => name),
])

/** The page docs/errors.md. */
export function errorsPage(): string {
  const ofBrokers = kafkaErrors.filter(([, name]) => name !== 'NONE')
  const met = ofBrokers.filter(([, name]) => name in brokerErrors)
  const others = ofBrokers.filter(([, name]) => !(name in brokerErrors) && !(name in ownErrors))
  return `# Errors

<!-- Written by \`pnpm errors\` from tools/errors and packages/protocol/src/errorEntries.ts. -->

Every error that Posthorn gives to an application is a \`KafkaError\`. Its \`code\` is stable: Kafka's name where Kafka has one, else one of ours in the same style. The only others are the reason of your own \`AbortSignal\` and what your own source threw in \`sendAll\`.

| property                       | what it says                                                                                                 |
| ------------------------------ | ------------------------------------------------------------------------------------------------------------ |
| \`retriable\`                    | The same may succeed later. The producer itself has already retried as far as it may.                        |
| \`maybePersisted\`               | The record may have been stored all the same: if you send it again, it may be stored twice.                  |
| \`severity\`                     | \`recoverable\`: only this failed. \`abortable\`: the open transaction has to be aborted. \`fatal\`: all is over. |
| \`action\`                       | What you may do next, derived from the two: \`retry\`, \`fix\`, \`abort\` or \`close\`.                              |
| \`topic\`, \`partition\`, \`broker\` | What it concerns, where that is known.                                                                       |
| \`cause\`                        | What led to it.                                                                                              |

\`retry\`: do the same again, later. \`fix\`: something has to change first, the record, a setting, a permission or the cluster. \`abort\`: abort the transaction. \`close\`: close the producer and make another one.

The table says what holds as a rule; the properties of the error in your hands say what holds for it. A plugin for transactions raises the severity of an error that ends the transaction.

## Found by the producer

| code | class | action | what has happened | what to do |
| ---- | ----- | ------ | ----------------- | ---------- |
${Object.entries(ownErrors)
  .map(([code, own]) => row(code, own.class, actionOf(own), own.meaning, own.advice))
  .join('\n')}

## Answered by brokers to a producer

Of class \`BrokerError\`, with Kafka's number as \`errorCode\`.

| code | number | action | what has happened | what to do |
| ---- | ------ | ------ | ----------------- | ---------- |
${met.map(([number, name, flags, meaning]) => row(name, String(number), actionOf({ retriable: flags !== '' }), meaning, brokerErrors[name]!)).join('\n')}

## Answered by brokers to others

A producer that meets one of these passes it on. A number that this version does not know becomes \`UNKNOWN_SERVER_ERROR\`, with the number in its message.

| code | number | action | what has happened |
| ---- | ------ | ------ | ----------------- |
${others.map(([number, name, flags, meaning]) => row(name, String(number), actionOf({ retriable: flags !== '' }), meaning)).join('\n')}
`
}

function actionOf({
  retriable,
  severity,
}: {
  readonly retriable: boolean
  readonly severity?: 'abortable' | 'fatal'
}): string {
  return new KafkaError('', '', { retriable, severity }).action
}

function row(code: string, ...cells: readonly string[]): string {
  return `| ${[`\`${code}\``, ...cells.map((cell) => cell.replaceAll('|', '\\|'))].join(' | ')} |`
}
