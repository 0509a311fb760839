import type { OtlpAttributes } from '../../src/collector.ts'

/** Attributes of OTLP as a plain object. */
export function plain(attributes: OtlpAttributes): Record<string, string | number | boolean> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      const { stringValue, intValue, doubleValue, boolValue } = value
      const number = intValue ?? doubleValue
      return [key, number === undefined ? ((stringValue ?? boolValue) as string | boolean) : Number(number)]
    }),
  )
}
