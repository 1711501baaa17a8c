// The short way must agree with JSON.parse and the rules of events on everything: same event, same rejection.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventSchema } from '../../data/events.generated.ts'
import { damage, eventText, plainText } from './testing/event-texts.ts'
import { batchOfBytes, Decoding, judged, NOW_MS, takenFast } from './testing/judge.ts'

const NAMES = ['event_id', 'event_type', 'user_id', 'category', 'quantity', 'unit_price']
/** Of each two in turn the hash is the same. */
const SAME_HASH = [
  ...['user-025812', 'user-128708', 'user-025708', 'user-128812'],
  ...['a-longer-user-0162304', 'a-longer-user-0204073'],
]
const bytesOf = (value: string): Uint8Array => Buffer.from(value)
const userEvent = (user: string): string =>
  `{"event_id":"a","event_type":"click","user_id":"${user}","event_time":1}`
const newDecoding = () => new Decoding(eventSchema, NAMES)
/** Goes on from run to run: what it learned of earlier events must not show. */
const seasoned = newDecoding()

function expectAgreement(values: readonly Uint8Array[], decoding = seasoned): void {
  const expected = values.map((value) => judged(eventSchema, NAMES, value))
  expect(decoding.read(batchOfBytes(values))).toEqual(expected)
}

const withField = (name: string, literal: string): Uint8Array =>
  bytesOf(
    `{"event_id":"a","event_type":"purchase","user_id":"u","event_time":1,"quantity":1,"unit_price":1,"${name}":${literal}}`,
  )

describe('the short way of decoding', () => {
  it('agrees with JSON.parse and the rules on written events', () => {
    fc.assert(
      fc.property(
        fc.array(eventText, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (texts, isNew) => {
          expectAgreement(texts.map(bytesOf), isNew ? newDecoding() : seasoned)
        },
      ),
      { numRuns: 1_500 },
    )
  })

  it('agrees on events with bytes changed, added and cut, among others that are whole', () => {
    const value = fc
      .tuple(fc.oneof(eventText, plainText), damage)
      .map(([text, change]) => change(bytesOf(text)))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
        expectAgreement(values)
      }),
      { numRuns: 3_000 },
    )
  })

  it('agrees on numbers in every notation', () => {
    const notation = fc.stringMatching(/^-?[0-9]{1,17}(\.[0-9]{0,4})?([eE][+-]?[0-9]{1,2})?$/)
    fc.assert(
      fc.property(notation, notation, notation, (quantity, price, extra) => {
        const value = `{"event_id":"a","event_type":"purchase","user_id":"u","event_time":1,"quantity":${quantity},"unit_price":${price},"extra":${extra}}`
        expectAgreement([bytesOf(value)])
      }),
      { numRuns: 3_000 },
    )
  })

  it('agrees on a time and numbers of minus zero', () => {
    const value = '{"event_id":"a","event_type":"click","user_id":"u","event_time":-0,"quantity":1}'
    expectAgreement([bytesOf(value), withField('extra', '-0')])
    expectAgreement([bytesOf(value.replace('"quantity":1', '"unit_price":-0.0'))])
  })

  it('gives the codes that the dictionary gives, to short and long texts and those of equal hashes', () => {
    const users = Array.from({ length: 600 }, (_, number) => `someone-${number}`)
    for (let turn = 0; turn < 3; turn++) users.push(...SAME_HASH, 'someone-7', 'é'.repeat(turn * 4))
    const decoding = newDecoding()
    const { dictionary } = decoding.textColumn('user_id')
    const known = [...SAME_HASH, 'someone-3'].map((user) => dictionary.codeOf(user))
    expect(new Set(known).size).toBe(known.length)
    const values = users.filter(Boolean).map((user) => bytesOf(userEvent(user)))
    // The second time the short way is told no codes: there are too many.
    expectAgreement(values, decoding)
    expectAgreement(values, decoding)
    const codes = Array.from(users.filter(Boolean), (user) => dictionary.codeOf(user))
    expect([...decoding.textColumn('user_id').codes.subarray(0, codes.length)]).toEqual(codes)
  })

  it('agrees where a field comes twice, with another value', () => {
    const literals = ['null', '""', '"x"', '"USD"', '2', '-1', 'true', '{}']
    const names = eventSchema.fields.map(({ name }) => name)
    expectAgreement(names.flatMap((name) => literals.map((literal) => withField(name, literal))))
  })

  it('agrees on times, right and almost right', () => {
    const part = (from: number, to: number) =>
      fc.integer({ min: from, max: to }).map((number) => String(number).padStart(2, '0'))
    const time = fc
      .tuple(
        fc.constantFrom('1970', '1999', '2000', '2024', '2025', '1900', '0000', '0099', '9999'),
        part(0, 13),
        part(0, 32),
        fc.constantFrom('T', 'T', 'T', ' ', 't'),
        part(0, 24),
        part(0, 60),
        fc.oneof(
          part(0, 60).map((second) => `:${second}`),
          fc.constant(''),
        ),
        fc.constantFrom('', '.1', '.12', '.123', '.123456', '.123456789', '.1234567890', ',5', '.'),
        fc.constantFrom('Z', 'Z', 'z', '+00:00', '-14:59', '+15:00', '+02', '-0130', '', '+1:00'),
      )
      .map(([y, mo, d, t, h, mi, s, f, zone]) => `${y}-${mo}-${d}${t}${h}:${mi}${s}${f}${zone}`)
    fc.assert(
      fc.property(time, damage, fc.boolean(), (text, change, isDamaged) => {
        const bytes = withField('event_time', JSON.stringify(text)).toString()
        const value = bytesOf(bytes.replace('"event_time":1,', ''))
        expectAgreement([isDamaged ? change(value) : value])
      }),
      { numRuns: 6_000 },
    )
  })

  it('agrees on texts that are UTF-8 and those that almost are', () => {
    const some = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf]
    const starts = [0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff]
    const bytes = [...some, ...starts]
    const values: Uint8Array[] = []
    const add = (...text: number[]) => {
      const value = withField('category', '"????"')
      value.set(text, value.length - 6)
      values.push(value)
    }
    for (const first of bytes)
      for (const second of bytes)
        for (const third of some) for (const fourth of some) add(first, second, third, fourth)
    for (let at = 0; at < values.length; at += 5_000) expectAgreement(values.slice(at, at + 5_000))
  })

  it('agrees on every beginning of an event, whatever follows in the buffer', () => {
    fc.assert(
      fc.property(fc.oneof(eventText, plainText), (text) => {
        const bytes = bytesOf(`${text},"quantity":1}`)
        const ends = Int32Array.from(bytes.keys())
        const starts = new Int32Array(ends.length)
        const expected = [...ends].map((end) => judged(eventSchema, NAMES, bytes.subarray(0, end)))
        const batch = batchOfBytes([...ends].map(() => new Uint8Array(0)))
        expect(seasoned.read({ ...batch, bytes, starts, ends })).toEqual(expected)
      }),
      { numRuns: 150 },
    )
  })

  it('agrees on more records than are read at once, with odd ones among them', () => {
    const value = fc.oneof(
      { weight: 40, arbitrary: plainText },
      { weight: 1, arbitrary: eventText },
      { weight: 1, arbitrary: fc.constant(`{"x":"${'y'.repeat(300_000)}"}`) },
      { weight: 1, arbitrary: fc.constant('') },
    )
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, size: 'xlarge', maxLength: 5_000 }), (texts) => {
        expectAgreement(texts.map(bytesOf))
      }),
      { numRuns: 8 },
    )
  })
})

describe('the short way takes the events that machines write, so that they are fast', () => {
  const event = {
    event_id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    event_type: 'purchase',
    user_id: 'user-000042',
    session_id: null,
    event_time: '2025-12-31T23:59:59.999Z',
    category: 'Bücher',
    page: '/a',
    quantity: 2,
    unit_price: 19.9,
    currency: 'EUR',
    unheard_of: true,
  }
  const text = JSON.stringify(event)

  it.each([
    ['without white space', text],
    ['with a space after colons and commas', text.replaceAll('":', '": ').replaceAll(',"', ', "')],
    ['indented, with a line feed at the end', `${JSON.stringify(event, null, 2)}\n`],
    ['with slashes escaped', text.replaceAll('/', '\\/')],
    ['with microseconds', text.replace('.999Z', '.999999Z')],
    ['with an offset', text.replace('.999Z', '.999999+00:00')],
    ['with a time of digits', text.replace(/"2025[^"]*"/, String(NOW_MS))],
    ['with numbers of many notations nobody asks for', text.replace('true', '-1.5e+30')],
  ])('%s', (_, value) => {
    expect(takenFast(eventSchema, NAMES, [bytesOf(value), bytesOf(text)])).toBe(2)
    expectAgreement([bytesOf(value)])
  })
  it('with ever new fields nobody asks for', () => {
    const values = Array.from({ length: 500 }, (_, i) =>
      bytesOf(text.replace('unheard_of', `x${i}`)),
    )
    expect(takenFast(eventSchema, NAMES, values)).toBe(values.length)
    expectAgreement(values)
  })

  it('of several jobs that take turns', () => {
    const others = [newDecoding(), newDecoding()]
    for (let turn = 0; turn < 6; turn++) {
      const value = bytesOf(text.replace('unheard_of', `turn${turn}`))
      for (const decoding of others) expectAgreement([value, bytesOf(text)], decoding)
    }
  })
})
