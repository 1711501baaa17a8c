import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventSchema } from '../../data/events.generated.ts'
import { createConverter, parsingConverter } from './convert.ts'
import { PlainEvents } from './plain-event.ts'

const settings = {
  schema: eventSchema,
  fileName: 'shop.ndjson',
  mapping: { columns: new Map(), constants: new Map() },
  isChecked: true,
}
const click = {
  event_id: 'e1',
  event_type: 'click',
  user_id: 'u1',
  event_time: '2026-01-31T12:00:00.000Z',
}

/** Values that events have and ones they should not have, written in every way. */
const value = fc.oneof(
  fc.constantFrom(
    'click',
    'purchase',
    '2026-01-31T12:00:00Z',
    '2026-13-31T12:00:00Z',
    'USD',
    'XXZ',
  ),
  fc.constantFrom(0, 1, -1, 1.5, 12.34, 12.345, 1e21, 1e-7, 1_700_000_000_000, 9e15),
  fc.string({ unit: 'grapheme' }),
  fc.string(),
  fc.constantFrom(null, true, false),
  fc.array(fc.integer(), { maxLength: 2 }),
)
const names = [...eventSchema.fields.map(({ name }) => name), 'extra', 'sch\u00f6n', 'a"b']
const pairs = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 14 })
const spaces = fc.constantFrom('', '', '', ' ', '  ', '\t')

/** An event with some pairs changed, added or doubled, and white space; sometimes with a byte of it changed. */
const row = fc
  .record({
    isWhole: fc.boolean(),
    pairs,
    space: fc.array(spaces, { minLength: 5, maxLength: 5 }),
    damage: fc.option(fc.record({ at: fc.nat(300), byte: fc.nat(255) }), { freq: 3 }),
  })
  .map(({ isWhole, pairs, space: [a, b, c, d, e], damage }) => {
    const all = [...(isWhole ? Object.entries(click) : []), ...pairs]
    const texts = all.map(([name, one]) => `${JSON.stringify(name)}${a}:${b}${JSON.stringify(one)}`)
    const raw = Buffer.from(`{${c}${texts.join(`,${d}`)}${e}}`)
    if (damage !== null) raw[damage.at % raw.length] = damage.byte
    return { position: 3, raw }
  })

describe('events in plain JSON', () => {
  it('are taken as they are, only where parsing them gives the same record', () => {
    const events = new PlainEvents(eventSchema, 'user_id', 'event_id')
    const parsed = parsingConverter(settings)
    const property = fc.property(row, (one) => {
      const plain = events.read(one.raw)
      if (plain !== undefined) expect(plain).toEqual(parsed(one))
    })
    fc.assert(property, { numRuns: 10_000 })
  })

  it.each([
    click,
    { ...click, event_time: 1_700_000_000_000, page: null, session_id: '', extra: true },
    { ...click, event_type: 'purchase', quantity: 2, unit_price: 0.5, currency: 'USD' },
  ])('are taken: %o', (event) => {
    const raw = Buffer.from(JSON.stringify(event))
    const events = new PlainEvents(eventSchema, 'user_id', 'event_id')
    expect(events.read(raw)).toMatchObject({ key: 'u1', value: raw })
  })

  it.each([
    { ...click, user_id: undefined },
    { ...click, event_id: '' },
    { ...click, event_type: 'purchase' },
    { ...click, user_id: true },
    { ...click, event_time: 'yesterday' },
    { ...click, quantity: 0 },
    { ...click, currency: 'XXZ' },
  ])('are not taken, whatever is wrong with them: %o', (event) => {
    const events = new PlainEvents(eventSchema, 'user_id', 'event_id')
    expect(events.read(Buffer.from(JSON.stringify(event)))).toBeUndefined()
  })

  it('still get an id where they have none', () => {
    const raw = Buffer.from(JSON.stringify({ ...click, event_id: undefined }))
    const one = createConverter(settings)({ position: 3, raw })
    expect(JSON.parse(String(Reflect.get(one, 'value')))).toMatchObject({
      event_id: expect.stringMatching(/^[\da-f-]{36}$/),
    })
  })
})
