import { expect, it } from 'vitest'
import { giveBackMemory, lendMemory, takeMemory } from './kafka-memory.ts'

const MIB = 1 << 20

it('memory is used again when the last of its readers gave it back, and not before', () => {
  const one = takeMemory(2 * MIB).buffer
  lendMemory(one, 2)
  giveBackMemory(one)
  expect(takeMemory(MIB).buffer).not.toBe(one)
  giveBackMemory(one)
  const again = takeMemory(MIB + 1)
  expect(again.buffer).toBe(one)
  expect(again.length).toBe(MIB + 1)
  lendMemory(one, 0)
  expect(takeMemory(2 * MIB).buffer).toBe(one)
})

it('memory given back too often, unasked or too small is never used twice at once', () => {
  const one = takeMemory(3 * MIB).buffer
  giveBackMemory(one)
  expect(takeMemory(3 * MIB).buffer).not.toBe(one)
  lendMemory(one, 1)
  giveBackMemory(one)
  giveBackMemory(one)
  expect(takeMemory(3 * MIB).buffer).toBe(one)
  expect(takeMemory(3 * MIB).buffer).not.toBe(one)
  const foreign = new ArrayBuffer(5 * MIB)
  lendMemory(foreign, 1)
  giveBackMemory(foreign)
  expect(takeMemory(5 * MIB).buffer).not.toBe(foreign)
  const small = takeMemory(1_000)
  lendMemory(small.buffer, 0)
  expect(takeMemory(1_000).buffer).not.toBe(small.buffer)
})

it('memory is not kept busy by much less than it was made for', () => {
  const large = takeMemory(7 * MIB).buffer
  lendMemory(large, 0)
  expect(takeMemory(MIB).buffer).not.toBe(large)
  expect(takeMemory(2 * MIB).buffer).toBe(large)
})

it('no more than 32 MiB lie about', () => {
  const taken = Array.from({ length: 10 }, () => takeMemory(8 * MIB).buffer)
  for (const one of taken) lendMemory(one, 0)
  const again = new Set(Array.from({ length: 10 }, () => takeMemory(8 * MIB).buffer))
  expect(taken.filter((one) => again.has(one)).length).toBeLessThanOrEqual(4)
})
