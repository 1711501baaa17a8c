import { expect, test } from 'vitest'
import type { Delta } from './messages.ts'
import { transferablesOf, unboxed } from './messages.ts'

test('an array that is posted does not take along what its buffer has beside it', () => {
  const large = new Int32Array(1_000).map((_, i) => i)
  const whole = Float64Array.of(1, 2)
  const delta = {
    kind: 'delta',
    windows: [[{ keys: [large.subarray(2, 4)], revisions: whole, isClosed: false }]],
    ledger: new Map([[3, { value: Buffer.from('from a pool') }]]),
    none: null,
  }
  const posted = unboxed(delta)
  expect(posted).toEqual({ ...delta, ledger: posted.ledger })
  const { value } = posted.ledger.get(3) ?? {}
  expect(Buffer.from(value ?? []).toString()).toBe('from a pool')
  const [{ keys, revisions }] = posted.windows[0]
  expect(keys[0].buffer.byteLength).toBe(8)
  expect(revisions).toBe(whole)
  const sizes = transferablesOf(posted as unknown as Delta).map(({ byteLength }) => byteLength)
  expect(sizes).toEqual([8, 16, 11])
})
