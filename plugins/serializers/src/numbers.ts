import type { Plugin, Serializer } from '@posthorn/contracts'
import { describe } from './describe.ts'

/** Integers from -32768 to 32767 in two bytes, big-endian (`ShortSerializer`). Refuses everything else. */
export function int16(): Plugin<Serializer<number>> {
  return fixed('int16', 2, (view, value) => view.setInt16(0, integer(value, 'int16', 0x7fff)))
}

/** Integers from -2147483648 to 2147483647 in four bytes, big-endian (`IntegerSerializer`). Refuses everything else. */
export function int32(): Plugin<Serializer<number>> {
  return fixed('int32', 4, (view, value) => view.setInt32(0, integer(value, 'int32', 0x7fff_ffff)))
}

/**
 * Integers from -2^63 to 2^63 - 1 in eight bytes, big-endian (`LongSerializer`): a `bigint`, or a number that is a safe
 * integer. Refuses everything else.
 */
export function int64(): Plugin<Serializer<bigint | number>> {
  return fixed('int64', 8, (view, value) => {
    if (typeof value === 'bigint') {
      if (BigInt.asIntN(64, value) !== value) throw new RangeError('expected a value of int64, got a bigint beyond it')
      view.setBigInt64(0, value)
    } else {
      const whole = integer(value, 'int64', Number.MAX_SAFE_INTEGER)
      // Without a bigint for each record: the upper half is the floor, so that the lower one is never negative.
      const upper = Math.floor(whole / 0x1_0000_0000)
      view.setInt32(0, upper)
      view.setUint32(4, whole - upper * 0x1_0000_0000)
    }
  })
}

/**
 * Numbers as IEEE 754 with four bytes, big-endian (`FloatSerializer`); what a float cannot hold is rounded, as
 * `Math.fround` does. Every NaN is 0x7fc00000. Refuses everything but numbers.
 */
export function float32(): Plugin<Serializer<number>> {
  return fixed('float32', 4, (view, value) => {
    const given = number(value)
    if (Number.isNaN(given)) view.setUint32(0, 0x7fc0_0000)
    else view.setFloat32(0, given)
  })
}

/** Numbers as IEEE 754 with eight bytes, big-endian (`DoubleSerializer`). Every NaN is 0x7ff8000000000000. Refuses everything but numbers. */
export function float64(): Plugin<Serializer<number>> {
  return fixed('float64', 8, (view, value) => {
    const given = number(value)
    if (Number.isNaN(given)) {
      view.setUint32(0, 0x7ff8_0000)
      view.setUint32(4, 0)
    } else view.setFloat64(0, given)
  })
}

/** `true` as the byte 1 and `false` as 0 (`BooleanSerializer`, KIP-907). Refuses everything else. */
export function boolean(): Plugin<Serializer<boolean>> {
  return fixed('boolean', 1, (view, value) => {
    if (typeof value !== 'boolean') throw new TypeError(`expected a boolean, got ${describe(value)}`)
    view.setUint8(0, value ? 1 : 0)
  })
}

/** All values take the same memory: the producer copies a result before it asks for the next. */
function fixed<T>(
  name: string,
  length: number,
  write: (view: DataView, value: unknown) => void,
): Plugin<Serializer<T>> {
  return () => {
    const result = new Uint8Array(length)
    const view = new DataView(result.buffer)
    return {
      name,
      serialize(_topic, value) {
        write(view, value)
        return result
      },
    }
  }
}

function integer(value: unknown, type: string, largest: number): number {
  if (typeof value !== 'number') throw new TypeError(`expected an integer, got ${describe(value)}`)
  if (!Number.isInteger(value)) throw new TypeError('expected an integer, got a number that is none')
  // The safe integers are the same on both sides of zero; the others reach one further below it.
  const smallest = largest === Number.MAX_SAFE_INTEGER ? -largest : -largest - 1
  if (value >= smallest && value <= largest) return value
  const hint = type === 'int64' ? ' what is safe in a number; give a bigint' : ' it'
  throw new RangeError(`expected a value of ${type}, got a number beyond${hint}`)
}

function number(value: unknown): number {
  if (typeof value === 'number') return value
  throw new TypeError(`expected a number, got ${describe(value)}`)
}
