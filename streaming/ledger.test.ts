import { expect, test } from 'vitest'
import { Ledger } from './ledger.ts'

test('a ledger adds partitions up, tells which do not balance, and survives a restart', () => {
  const ledger = new Ledger()
  Object.assign(ledger.of(0), { read: 5, counted: 3, late: 1, rejected: 1 })
  Object.assign(ledger.of(7), { read: 4, counted: 1, filtered: 2 })
  ledger.addReason('json')
  expect(ledger.total()).toEqual({
    read: 9,
    counted: 4,
    filtered: 2,
    late: 1,
    rejected: 1,
    duplicates: 0,
  })
  expect(ledger.unbalanced()).toEqual([7])
  const restored = new Ledger()
  restored.add(structuredClone(ledger.snapshot()))
  restored.of(7).duplicates++
  restored.addReason('json')
  expect(restored.unbalanced()).toEqual([])
  expect([...restored.reasons]).toEqual([['json', 2]])
  expect(ledger.unbalanced()).toEqual([7])
})

test('books that are taken in parts and added up are those of one', () => {
  const [part, whole] = [new Ledger(), new Ledger()]
  for (const offset of [3, 9]) {
    part.beginAt(2, offset)
    Object.assign(part.of(2), { read: 3, counted: 1, late: 1, rejected: 1 })
    part.addLate(2, 5_000, -1)
    part.addReason('json')
    whole.add(part.take())
    expect(part.total().read).toBe(0)
  }
  expect(whole.snapshot()).toEqual({
    partitions: [[2, { read: 6, counted: 2, filtered: 0, late: 2, rejected: 2, duplicates: 0 }]],
    lateness: [[2, { corrected: 0, histogram: [0, 2, 0, 0, 0, 0, 0] }]],
    begins: [[2, 3]],
    reasons: [['json', 2]],
  })
})
