import { expect, test } from 'vitest'
import { keptTag, toLine } from './line-protocol.ts'
import { decodeTag } from './tag-text.ts'

const sales = {
  name: 'sales',
  tags: ['category', 'country'],
  fields: { orders: 'integer', revenue: 'float' },
} as const
const line = (tags: { category: string; country: string }, fields: Record<string, number>) =>
  toLine({ measurement: 'sales', tags, fields, timeMs: 10_000 }, sales, '10000')
const plain = { category: 'books', country: 'DE' }

test('integers have their mark, floats have none', () => {
  expect(line(plain, { orders: 2, revenue: 12 })).toBe(
    'sales,category=books,country=DE orders=2i,revenue=12 10000',
  )
})

test('what line protocol gives a meaning is escaped', () => {
  expect(line({ category: 'a, b=c', country: '"x"' }, { orders: -0, revenue: -0 })).toBe(
    'sales,category=a\\,\\ b\\=c,country="x" orders=0i,revenue=0 10000',
  )
})

test('absent fields and such that are no finite number are left out', () => {
  expect(line(plain, { orders: 1 })).toBe('sales,category=books,country=DE orders=1i 10000')
  expect(line(plain, { orders: 1, revenue: Number.NaN })).toBe(
    'sales,category=books,country=DE orders=1i 10000',
  )
  expect(line(plain, {})).toBeUndefined()
})

test('a fraction where a whole number belongs is a bug that is told', () => {
  expect(() => line(plain, { orders: 1.5 })).toThrow(/"sales" has 1.5/)
})

test('a tag too long for the server is cut at a whole character and ends in a hash', () => {
  const text = line({ category: '🛒'.repeat(40_000), country: 'x\\'.repeat(40_000) }, { orders: 1 })
  expect(Buffer.byteLength(text ?? '')).toBeLessThan(65_000)
  expect(text).toMatch(
    /^sales,category=(🛒)+␛…[0-9a-f]{32},country=[x\\]+x␛…[0-9a-f]{32} orders=1i 10000$/u,
  )
})

test('long tags that differ anywhere are different, and none can be written to look like a cut one', () => {
  const long = (end: string) => keptTag('x'.repeat(70_000) + end, sales)
  const cut = [long('a'), long('b'), long('\ud800'), long('\udc00'), long('\ufffd')]
  expect(new Set(cut).size).toBe(cut.length)
  for (const kept of cut) expect(keptTag(decodeTag(kept), sales)).not.toBe(kept)
})
