// The short way must agree with JSON.parse and the rules of events on everything: same event, same rejection.
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { checkEvent, isAbsent, scaledInteger } from '../../data/event-rules.ts'
import { eventSchema } from '../../data/events.generated.ts'
import { parseTimeMs } from '../../data/time.ts'
import { batchFromBlobs, encodeValues } from '../../stores/event-log/batch.ts'
import { Columns } from './columns.ts'
import { type DecodeLimits, Decoder } from './decode.ts'
import { Dictionary } from './dictionary.ts'
import { FastEventReader } from './fast-event.ts'

vi.setConfig({ testTimeout: 60_000 })

const NOW_MS = Date.UTC(2026, 0, 1)
const LIMITS: DecodeLimits = { valueBytesMax: 1 << 20, maxAheadMs: 300_000, ahead: 'reject' }
const TEXTS = ['event_id', 'event_type', 'user_id', 'category'] as const
const NUMBERS = ['quantity', 'unit_price'] as const

const newColumns = () =>
  new Columns(new Map(TEXTS.map((name) => [name, new Dictionary(name)])), [...NUMBERS])

type Read = Record<string, string | number> | 'rejected'

/** What the decoder makes of one value. */
function decoded(bytes: Uint8Array): Read {
  const columns = newColumns()
  const decoder = new Decoder(eventSchema, columns, LIMITS, () => ({}))
  const blob = { baseOffset: 0, count: 1, appendedMs: Number.NaN, bytes: encodeValues([bytes]) }
  const rejected = decoder.decode(batchFromBlobs(0, 0, [blob]), NOW_MS)
  return rejected.length > 0 ? 'rejected' : rowOf(columns)
}

function rowOf(columns: Columns): Record<string, string | number> {
  const row: Record<string, string | number> = { event_time: columns.timeMs[0] }
  for (const [name, { dictionary, codes }] of columns.text) row[name] = dictionary.textOf(codes[0])
  for (const [name, { values }] of columns.numbers) row[name] = values[0]
  return row
}

/** The same by JSON.parse and the rules alone. */
function judged(bytes: Uint8Array): Read {
  let event: Record<string, unknown>
  try {
    event = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return 'rejected'
  }
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return 'rejected'
  if (checkEvent(eventSchema, event) !== undefined) return 'rejected'
  const timeMs = parseTimeMs(event.event_time as string | number)
  if (timeMs > NOW_MS + LIMITS.maxAheadMs) return 'rejected'
  const row: Record<string, string | number> = { event_time: timeMs }
  for (const name of TEXTS) row[name] = isAbsent(event[name]) ? 'unknown' : String(event[name])
  row.quantity = isAbsent(event.quantity) ? Number.NaN : (event.quantity as number)
  row.unit_price = isAbsent(event.unit_price)
    ? Number.NaN
    : scaledInteger(event.unit_price as number, 2)
  return row
}

const mostly = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 12, arbitrary: usual },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
  )

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('unknown', 'é€😀'),
)
const time = fc.oneof(
  fc.integer({ min: NOW_MS - 1e9, max: NOW_MS + 400_000 }),
  fc
    .date({ min: new Date(0), max: new Date(NOW_MS), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.constantFrom(
    '2025-02-29T00:00:00Z',
    '2025-12-31T23:59:59Z',
    '2025-06-30T10:00:00+02:00',
    '2025-06-30T10:00:00',
  ),
)
const entries: Record<string, fc.Arbitrary<unknown>> = {
  event_id: mostly(fc.uuid()),
  event_type: mostly(fc.constantFrom('click', 'purchase', 'search')),
  user_id: mostly(text),
  event_time: mostly(time),
  category: mostly(fc.option(text)),
  page: mostly(fc.option(text)),
  quantity: mostly(fc.option(fc.integer({ min: -2, max: 9 }))),
  unit_price: mostly(
    fc.option(fc.integer({ min: -1, max: 2_000_000 }).map((cents) => cents / 100)),
  ),
  currency: mostly(fc.option(fc.constantFrom('USD', 'EUR', 'usd', 'XYZ', 'unknown'))),
  extra: mostly(text),
}

/** An event's text with its keys in any order, some left out, some twice, in several styles of writing. */
const eventText = fc
  .record(entries, { requiredKeys: ['event_id', 'event_type', 'user_id', 'event_time'] })
  .chain((event) =>
    fc
      .tuple(
        fc.shuffledSubarray(Object.keys(event), { minLength: Object.keys(event).length }),
        fc.option(fc.constantFrom(...Object.keys(event))),
        fc.constantFrom(['', ''], [' ', ' '], ['\n', '\t'], ['', '  ']),
      )
      .map(([keys, twice, [afterColon, afterComma]]) => {
        const order = twice === null ? keys : [...keys, twice]
        return `{${order.map((key) => `${JSON.stringify(key)}:${afterColon}${JSON.stringify(event[key])}`).join(`,${afterComma}`)}}`
      }),
  )

const bytesOf = (value: string) => new TextEncoder().encode(value)

describe('the short way of decoding', () => {
  it('agrees with JSON.parse and the rules on written events', () => {
    fc.assert(
      fc.property(eventText, (value) => {
        expect(decoded(bytesOf(value))).toEqual(judged(bytesOf(value)))
      }),
      { numRuns: 3_000 },
    )
  })

  it('agrees with JSON.parse and the rules on events with bytes changed, added and cut', () => {
    const change = fc.tuple(
      fc.nat(400),
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom('set', 'add', 'cut', 'end'),
    )
    fc.assert(
      fc.property(eventText, fc.array(change, { minLength: 1, maxLength: 3 }), (value, changes) => {
        const bytes = [...bytesOf(value)]
        for (const [place, byte, how] of changes) {
          const at = place % (bytes.length || 1)
          if (how === 'set') bytes[at] = byte
          else if (how === 'add') bytes.splice(at, 0, byte)
          else if (how === 'cut') bytes.splice(at, 1)
          else bytes.length = at
        }
        expect(decoded(Uint8Array.from(bytes))).toEqual(judged(Uint8Array.from(bytes)))
      }),
      { numRuns: 5_000 },
    )
  })

  it('agrees on numbers in every notation', () => {
    const notation = fc.stringMatching(/^-?[0-9]{1,17}(\.[0-9]{0,4})?([eE][+-]?[0-9]{1,2})?$/)
    fc.assert(
      fc.property(notation, notation, (quantity, price) => {
        const value = `{"event_id":"a","event_type":"purchase","user_id":"u","event_time":1,"quantity":${quantity},"unit_price":${price}}`
        expect(decoded(bytesOf(value))).toEqual(judged(bytesOf(value)))
      }),
      { numRuns: 3_000 },
    )
  })

  it('takes the events that machines write, so that they are fast', () => {
    const event = {
      event_id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
      event_type: 'purchase',
      user_id: 'user-000042',
      session_id: null,
      event_time: '2025-12-31T23:59:59.999Z',
      category: 'Bücher',
      quantity: 2,
      unit_price: 19.9,
      currency: 'EUR',
    }
    for (const value of [
      JSON.stringify(event),
      JSON.stringify(event).replaceAll('":', '": ').replaceAll(',"', ', "'),
    ]) {
      const columns = newColumns()
      columns.reset(1)
      const bytes = bytesOf(value)
      expect(
        new FastEventReader(eventSchema, columns).read(bytes, 0, bytes.length, 0, NOW_MS),
      ).toBe(true)
      expect(rowOf(columns)).toMatchObject({ category: 'Bücher', quantity: 2, unit_price: 1990 })
    }
  })

  it('stops at the end of its value, whatever follows in the buffer', () => {
    const whole = bytesOf(
      '{"event_id":"a","event_type":"click","user_id":"u","event_time":1},"quantity":1}',
    )
    const end = whole.indexOf(0x7d) + 1
    for (let cut = 1; cut < end; cut++) {
      const columns = newColumns()
      columns.reset(1)
      expect(new FastEventReader(eventSchema, columns).read(whole, 0, cut, 0, NOW_MS)).toBe(false)
    }
  })
})
