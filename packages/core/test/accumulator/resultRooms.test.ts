import { expect, test } from 'vitest'
import { ResultRooms } from '../../src/accumulator/resultRooms.ts'

test('rooms of the given size are lent, up to an eighth of the memory', () => {
  const rooms = new ResultRooms(8 * 3000, 1000)
  const lent = Array.from({ length: 4 }, () => rooms.lend(1000))
  expect(lent.map((room) => room?.length)).toEqual([1000, 1000, 1000, undefined])
  expect(new Set(lent).size).toBe(4)
})

test('what was taken back is lent again', () => {
  const rooms = new ResultRooms(8 * 1000, 1000)
  const room = rooms.lend(1)
  expect(rooms.lend(1)).toBeUndefined()
  rooms.takeBack(room!)
  expect(rooms.lend(1)).toBe(room)
})

test('nothing is lent for more bytes than a room has', () => {
  expect(new ResultRooms(1_000_000, 1000).lend(1001)).toBeUndefined()
})

test('memory that is too little for a room has none', () => {
  expect(new ResultRooms(999, 1000).lend(1)).toBeUndefined()
})
