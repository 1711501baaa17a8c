import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkEvent, faultOf, scaledInteger } from './event-rules.ts'
import { eventSchema } from './events.generated.ts'
import type { FieldSpec } from './schema.ts'

const click = {
  event_id: 'e1',
  event_type: 'click',
  user_id: 'u1',
  event_time: '2026-01-31T12:00:00Z',
}
const purchase = { ...click, event_type: 'purchase', quantity: 2, unit_price: 9.99 }

const specOf = (name: string): FieldSpec => {
  const spec: FieldSpec | undefined = eventSchema.fields.find((field) => field.name === name)
  if (spec === undefined) throw new Error(`no field ${name}`)
  return spec
}

describe('an event', () => {
  test.each([
    ['with what is required', click],
    ['with optional fields null', { ...click, session_id: null, category: null, currency: null }],
    ['with optional text empty', { ...click, page: '', currency: '' }],
    ['of a type nobody knows', { ...click, event_type: 'wishlist' }],
    ['with fields nobody knows', { ...click, colour: { deep: [1] } }],
    ['that is a purchase', purchase],
    ['that costs nothing', { ...purchase, unit_price: 0 }],
    ['in a real currency', { ...purchase, currency: 'EUR' }],
    ['of the largest quantity', { ...purchase, quantity: 2_147_483_647 }],
    ['before 1970', { ...click, event_time: -1 }],
  ])('%s is one', (_, event) => {
    expect(checkEvent(eventSchema, event)).toBeUndefined()
  })

  test.each([
    ['missing', 'event_id', { ...click, event_id: undefined }, 'expected a value, got none'],
    ['missing', 'user_id', { ...click, user_id: null }, 'expected a value, got none'],
    ['missing', 'event_type', { ...click, event_type: '' }, 'expected a value, got none'],
    ['missing', 'quantity', { ...purchase, quantity: null }, 'expected a value, got none'],
    ['missing', 'unit_price', { ...purchase, unit_price: undefined }, 'got none'],
    ['type', 'user_id', { ...click, user_id: 7 }, 'expected text, got 7'],
    ['type', 'event_time', { ...click, event_time: true }, 'got true'],
    ['type', 'quantity', { ...purchase, quantity: '2' }, 'expected a whole number, got "2"'],
    ['type', 'quantity', { ...purchase, quantity: 1.5 }, 'expected a whole number, got 1.5'],
    ['type', 'unit_price', { ...purchase, unit_price: '9.99' }, 'expected a number, got "9.99"'],
    ['type', 'category', { ...click, category: ['books'] }, 'expected text, got ["books"]'],
    ['type', 'quantity', { ...click, quantity: 'many' }, 'expected a whole number, got "many"'],
    ['time', 'event_time', { ...click, event_time: 'noon' }, 'got "noon"'],
    ['time', 'event_time', { ...click, event_time: 9e15 }, 'got 9000000000000000'],
    ['range', 'quantity', { ...purchase, quantity: 0 }, 'expected 1 to 2147483647, got 0'],
    ['range', 'quantity', { ...purchase, quantity: -3 }, 'got -3'],
    ['range', 'quantity', { ...purchase, quantity: 2_147_483_648 }, 'got 2147483648'],
    ['range', 'unit_price', { ...purchase, unit_price: -0.01 }, 'expected at least 0, got -0.01'],
    ['range', 'unit_price', { ...purchase, unit_price: 1e300 }, 'expected a smaller number'],
    ['range', 'unit_price', { ...purchase, unit_price: Infinity }, 'got Infinity'],
    ['decimals', 'unit_price', { ...purchase, unit_price: 9.999 }, 'at most 2 decimals, got 9.999'],
    ['currency', 'currency', { ...purchase, currency: 'BITCOIN' }, 'ISO 4217 code like "USD"'],
    ['currency', 'currency', { ...click, currency: 'usd' }, 'got "usd"'],
  ])('is none: %s of %s', (reason, field, event, detail) => {
    const fault = checkEvent(eventSchema, event)
    expect(fault).toMatchObject({ reason, field })
    expect(fault?.detail).toContain(detail)
    expect(fault?.detail.startsWith(`${field}: expected`)).toBe(true)
  })

  test('shows a long value cut', () => {
    const fault = faultOf(specOf('event_time'), 'x'.repeat(10_000))
    expect(fault?.detail.length).toBeLessThan(200)
  })
})

describe('a price', () => {
  const price = specOf('unit_price')

  test('of any whole number of cents is exact', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(1_000_000), fc.nat({ max: 10 ** 15 })), (cents) => {
        const value = Number(`${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`)
        expect(faultOf(price, value)).toBeUndefined()
        expect(scaledInteger(value, 2)).toBe(cents)
      }),
      { numRuns: 1_000 },
    )
  })

  test('with a third decimal is refused', () => {
    fc.assert(
      fc.property(fc.nat(10 ** 11), fc.integer({ min: 1, max: 9 }), (cents, third) => {
        const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}${third}`
        expect(faultOf(price, Number(text))?.reason).toBe('decimals')
      }),
      { numRuns: 1_000 },
    )
  })

  test('is never minus nothing', () => {
    expect(faultOf(price, -0)).toBeUndefined()
    expect(Object.is(scaledInteger(-0, 2), 0)).toBe(true)
  })
})
