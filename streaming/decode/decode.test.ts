// Every kind of bad record with its reason and field, and what must not be taken for one.
import avsc from 'avsc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventAvroSchema, eventSchema } from '../../data/events.generated.ts'
import { batchOf, click, JOB_OPTIONS, NOW_MS, purchase, type Value } from '../testing/events.ts'
import { avroDecoder } from './avro.ts'
import { Columns } from './columns.ts'
import { type DecodeLimits, Decoder, type RejectedRecord } from './decode.ts'
import { Dictionary } from './dictionary.ts'

const TEXTS = ['event_id', 'event_type', 'user_id', 'category'] as const
const bytes = (...values: number[]) => Uint8Array.from(values)
const utf8 = (text: string) => new TextEncoder().encode(text)
const json = (value: object) => JSON.stringify(value)
/** The bytes of `value` with `marker` replaced by bytes that are no UTF-8. */
const spoilt = (value: object, marker: string): Uint8Array => {
  const buffer = Buffer.from(json(value))
  buffer.fill(0xff, buffer.indexOf(marker), buffer.indexOf(marker) + marker.length)
  return buffer
}

type Row = Readonly<Record<string, string | number>>

function decode(
  values: readonly Value[],
  limits: Partial<DecodeLimits> = {},
  appendedMs = Number.NaN,
): { rows: Row[]; rejected: RejectedRecord[] } {
  const texts = new Map(TEXTS.map((name) => [name, new Dictionary(name)]))
  const columns = new Columns(texts, ['quantity', 'unit_price'])
  const avro = avroDecoder(eventAvroSchema)
  const decoder = new Decoder(eventSchema, columns, { ...JOB_OPTIONS, ...limits }, avro)
  const rejected = decoder.decode(batchOf(values, 0, 0, appendedMs), NOW_MS)
  const rows = Array.from({ length: columns.count }, (_, row) => ({
    record: columns.record[row],
    event_time: columns.timeMs[row],
    ...Object.fromEntries(
      TEXTS.map((name) => {
        const { dictionary, codes } = columns.textColumn(name)
        return [name, dictionary.textOf(codes[row])]
      }),
    ),
    quantity: columns.numberColumn('quantity').values[row],
    unit_price: columns.numberColumn('unit_price').values[row],
  }))
  return { rows, rejected }
}

/** Confluent's wire format: a zero, the schema's id in four bytes, the value. */
const confluent = (value: Uint8Array): Uint8Array => Buffer.concat([bytes(0, 0, 0, 0, 42), value])
const avroType = avsc.Type.forSchema(JSON.parse(eventAvroSchema))
const NULLS = { session_id: null, product_id: null, category: null, page: null, currency: null }
const avroOf = (event: object): Uint8Array =>
  confluent(avroType.toBuffer({ quantity: null, unit_price: null, ...NULLS, ...event }))

describe('a record that is no event is told with reason and field', () => {
  const cases: readonly (readonly [string, Value, reason: string, field: string])[] = [
    ['a tombstone', null, 'tombstone', ''],
    ['an empty value', new Uint8Array(0), 'empty', ''],
    ['broken JSON', '{"event_id": "1"', 'json', ''],
    ['text after the object', `${json(click(0))} {}`, 'json', ''],
    ['a comma too many', json(click(0)).replace('}', ',}'), 'json', ''],
    ['a number alone', '42', 'json', ''],
    ['null', 'null', 'json', ''],
    ['an array of events', json([click(0)]), 'json', ''],
    ['white space', '  \n', 'json', ''],
    ['a byte order mark', `\ufeff${json(click(0))}`, 'json', ''],
    ['bytes of no text', bytes(0xff, 0xfe, 0xfd), 'utf8', ''],
    ['wrong UTF-8 in a field', spoilt(click(0, { user_id: 'spoilt' }), 'spoilt'), 'utf8', ''],
    ['wrong UTF-8 in an unknown field', spoilt(click(0, { x: 'spoilt' }), 'spoilt'), 'utf8', ''],
    ['a surrogate in UTF-8', Buffer.concat([utf8('{"a":"'), bytes(0xed, 0xa0, 0x80)]), 'utf8', ''],
    ['5 MB', json(click(0, { page: 'x'.repeat(5 << 20) })), 'too_large', ''],
    ['a missing id', json(click(0, { event_id: undefined })), 'missing', 'event_id'],
    ['a null user', json(click(0, { user_id: null })), 'missing', 'user_id'],
    ['an empty type', json(click(0, { event_type: '' })), 'missing', 'event_type'],
    ['no time', json(click(0, { event_time: undefined })), 'missing', 'event_time'],
    ['a purchase of nothing', json(purchase(0, { quantity: null })), 'missing', 'quantity'],
    ['a purchase without price', json(purchase(0, { unit_price: null })), 'missing', 'unit_price'],
    ['a user that is a number', json(click(0, { user_id: 7 })), 'type', 'user_id'],
    ['a page that is an object', json(click(0, { page: {} })), 'type', 'page'],
    ['a quantity in quotes', json(purchase(0, { quantity: '1' })), 'type', 'quantity'],
    ['half a piece', json(purchase(0, { quantity: 1.5 })), 'type', 'quantity'],
    ['a price in quotes', json(purchase(0, { unit_price: '9.99' })), 'type', 'unit_price'],
    ['a time that is none', json(click(0, { event_time: 'soon' })), 'time', 'event_time'],
    [
      'a time without zone',
      json(click(0, { event_time: '2026-01-31T12:00' })),
      'time',
      'event_time',
    ],
    ['a negative quantity', json(purchase(0, { quantity: -1 })), 'range', 'quantity'],
    ['a negative price', json(purchase(0, { unit_price: -1 })), 'range', 'unit_price'],
    ['a price of 10^400', json(purchase(0)).replace('9.99', '1e400'), 'range', 'unit_price'],
    ['a third decimal', json(purchase(0, { unit_price: 1.005 })), 'decimals', 'unit_price'],
    ['an unknown currency', json(purchase(0, { currency: 'XXZ' })), 'currency', 'currency'],
    ['a click in an unknown currency', json(click(0, { currency: 'eur' })), 'currency', 'currency'],
    ['tomorrow', json(click(2 * 86_400_000)), 'future', 'event_time'],
    ['Avro cut short', avroOf(click(0)).subarray(0, 12), 'avro', ''],
    ['Avro with bytes left over', Buffer.concat([avroOf(click(0)), bytes(1)]), 'avro', ''],
    ['Avro’s header alone', bytes(0, 0, 0, 0, 1), 'avro', ''],
    ['a zero alone', bytes(0), 'avro', ''],
    [
      'Avro with a purchase of nothing',
      avroOf(purchase(0, { quantity: null })),
      'missing',
      'quantity',
    ],
    ['Avro with a negative quantity', avroOf(purchase(0, { quantity: -1 })), 'range', 'quantity'],
    [
      'Avro with text that is no UTF-8',
      spoiltAvro(click(0, { user_id: 'spoilt' }), 'spoilt'),
      'utf8',
      '',
    ],
  ]

  test.each(cases)('%s', (_, value, reason, field) => {
    const { rows, rejected } = decode([click(0, { user_id: 'before' }), value, click(0)])
    expect(rows.map(({ record, user_id }) => [record, user_id])).toEqual([
      [0, 'before'],
      [2, 'u1'],
    ])
    expect(rejected).toMatchObject([{ index: 1, rejection: { reason, field } }])
    expect(rejected[0].rejection.detail).toMatch(/expected .*, got |^expected (JSON|Avro)/)
  })

  test('whatever the bytes are, each record is an event or rejected', () => {
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 40 }).map((tail) => Buffer.concat([bytes(0, 0, 0, 0, 1), tail])),
      fc.json().map(utf8),
      fc.constant(null),
    )
    fc.assert(
      fc.property(fc.array(value, { maxLength: 8 }), (values) => {
        const { rows, rejected } = decode(values)
        const seen = [...rows.map(({ record }) => record), ...rejected.map(({ index }) => index)]
        expect(seen.sort()).toEqual([...values.keys()].sort())
      }),
    )
  })
})

function spoiltAvro(event: object, marker: string): Uint8Array {
  const buffer = Buffer.from(avroOf(event))
  buffer.fill(0xff, buffer.indexOf(marker), buffer.indexOf(marker) + marker.length)
  return buffer
}

describe('an event', () => {
  const rowOf = (value: Value): Row => {
    const { rows, rejected } = decode([value])
    expect(rejected).toEqual([])
    return rows[0]
  }

  test('may have fields nobody knows, and the known ones twice: the last counts', () => {
    const text = json(click(0, { deep: { user_id: ['no'] }, big: 1e300 })).replace(
      '"user_id":"u1"',
      '"user_id":"first","user_id":"last"',
    )
    expect(rowOf(text).user_id).toBe('last')
  })

  test.each([
    ['null', { category: null }],
    ['absent', {}],
    ['empty', { category: '' }],
    ['called so', { category: 'unknown' }],
  ])('has the category "unknown" when it is %s', (_, more) => {
    expect(rowOf(click(0, more)).category).toBe('unknown')
  })

  test.each([
    'Bücher',
    '本, 雑誌',
    '🎈',
    'e\u0301',
    '\u202eabc',
    'a\0b',
    'line\nfeed\ttab',
    '"\\/',
    '__proto__',
    '\ufffd really in the text',
    '\u2028\u2029',
  ])('keeps the text %j as it is, written plainly or escaped', (category) => {
    const plain = json(click(0, { category }))
    const escaped = plain.replace(/[^ -~]/gu, (character) =>
      [...Array(character.length).keys()]
        .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
        .join(''),
    )
    expect(rowOf(plain).category).toBe(category)
    expect(rowOf(escaped).category).toBe(category)
  })

  test('with half a surrogate pair has U+FFFD there, as every store would write it', () => {
    const texts = ['\\ud800', '\\udc00x', '\\ud800\\ud800']
    const categories = texts.map((text) =>
      String(rowOf(json(click(0, { category: '?' })).replace('?', text)).category),
    )
    expect(categories).toEqual(['\ufffd', '\ufffdx', '\ufffd\ufffd'])
  })

  test('may be written with white space, in any order, with numbers in any notation', () => {
    const text = `
      { "unit_price" : 999e-2 , "quantity": 2.0,\t"event_type":"purchase",
        "event_time": "2026-01-31T13:00:00+01:00", "user_id": "u2", "event_id": "x" }\r\n`
    expect(rowOf(text)).toMatchObject({
      quantity: 2,
      unit_price: 999,
      event_time: Date.UTC(2026, 0, 31, 12),
    })
  })

  test('in Avro is what it is in JSON', () => {
    const event = fc.record({
      event_id: fc.string({ minLength: 1, unit: 'grapheme' }),
      event_type: fc.constantFrom('click', 'purchase', 'Übung'),
      user_id: fc.string({ minLength: 1, unit: 'grapheme' }),
      event_time: fc.integer({ min: -(10 ** 12), max: NOW_MS }),
      category: fc.option(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('a\ufffd'))),
      quantity: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      unit_price: fc.nat(10 ** 9).map((cents) => cents / 100),
    })
    fc.assert(
      fc.property(event, (one) => {
        expect(rowOf(avroOf(one))).toEqual(rowOf(json(one)))
      }),
    )
  })

  test('just within max_ahead is one, a millisecond later not yet', () => {
    const limitMs = NOW_MS + JOB_OPTIONS.maxAheadMs
    expect(rowOf(click(0, { event_time: limitMs })).event_time).toBe(limitMs)
    expect(decode([click(0, { event_time: limitMs + 1 })]).rejected).toHaveLength(1)
  })
})

describe('an event from the future', () => {
  const ahead = (ms: number) => click(0, { event_time: NOW_MS + ms })
  /** As written by a machine, and as only the full reader takes it. */
  const written = (event: object) => [json(event), json(event).replace('"click"', '"cl\\u0069ck"')]
  const timesOf = (...args: Parameters<typeof decode>) =>
    decode(...args).rows.map(({ event_time }) => event_time)

  test('is judged by when the log took it: a replay years later decides as the first reading did', () => {
    const appendedMs = NOW_MS - 86_400_000
    const events = written(click(0, { event_time: appendedMs + JOB_OPTIONS.maxAheadMs + 1 }))
    const { rejected } = decode(events, {}, appendedMs)
    expect(rejected.map(({ rejection }) => [rejection.reason, rejection.detail])).toEqual(
      events.map(() => [
        'future',
        'event_time: expected at most 300 s ahead of when the log took it, got 300 s',
      ]),
    )
  })

  test('is judged by the wall clock where the log’s time is itself ahead', () => {
    expect(decode(written(ahead(7_200_000)), {}, NOW_MS + 7_200_000).rejected).toHaveLength(2)
  })

  test('counts as of when the log took it, or as it is, where the settings say so', () => {
    const events = [...written(ahead(7_200_000)), ...written(ahead(1_000))]
    const appendedMs = NOW_MS - 60_000
    const onTime = [NOW_MS + 1_000, NOW_MS + 1_000]
    expect(timesOf(events, { ahead: 'clamp' }, appendedMs)).toEqual([
      appendedMs,
      appendedMs,
      ...onTime,
    ])
    expect(timesOf(events, { ahead: 'accept' }, appendedMs)).toEqual([
      NOW_MS + 7_200_000,
      NOW_MS + 7_200_000,
      ...onTime,
    ])
  })
})

test('an event after a tombstone is itself, not what lay in memory before', () => {
  const dictionary = new Dictionary('event_id')
  const columns = new Columns(new Map([['event_id', dictionary]]), [])
  const decoder = new Decoder(eventSchema, columns, JOB_OPTIONS, avroDecoder(eventAvroSchema))
  for (let length = 0; length < 40; length++) {
    decoder.decode(batchOf(['x'.repeat(length), click(0, { event_id: 'first' })]), NOW_MS)
    decoder.decode(batchOf([null, click(0, { event_id: 'other' })]), NOW_MS)
    expect(dictionary.textOf(columns.textColumn('event_id').codes[0])).toBe('other')
  }
})
