/** Number, name, whether it is retriable (`r`) and also says that metadata is old (`rm`), and what it means. */
export type TableRow = readonly [code: number, name: string, flags: '' | 'r' | 'rm', message: string]

/** Kafka's errors as of 4.4.0. Flags are those of the exception classes of its Java client. */
export const table: readonly TableRow[] = [
  [0, 'NONE', '', 'No error.'],
]
