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
  restored.restore(structuredClone(ledger.snapshot()))
  restored.of(7).duplicates++
  restored.addReason('json')
  expect(restored.unbalanced()).toEqual([])
  expect([...restored.reasons]).toEqual([['json', 2]])
  expect(ledger.unbalanced()).toEqual([7])
})
