// For tests: JSON texts of events as arbitraries, in all the ways that JSON can be written, and damage to them.
import fc from 'fast-check'
import { NOW_MS } from './judge.ts'

const mostly = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 12, arbitrary: usual },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  )

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('unknown', 'é€😀', 'a"b', '\\', '/\t\u0001', 'x'.repeat(16), 'x'.repeat(17)),
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
  event_id: mostly(fc.oneof(fc.uuid(), text)),
  event_type: mostly(fc.constantFrom('click', 'purchase', 'search', 'checkout')),
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
  'a key that is much longer than any other of them, größer': mostly(text),
  __proto__: mostly(text),
}

const quoted = (value: unknown, escapes: string): string => {
  const plain = JSON.stringify(value)
  if (escapes === 'none') return plain
  if (escapes === 'slash') return plain.replaceAll('/', '\\/')
  return plain.replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** An event's text with its keys in any order, some left out, some twice, in several styles of writing. */
export const eventText: fc.Arbitrary<string> = fc
  .record(entries, { requiredKeys: ['event_id', 'event_type', 'user_id', 'event_time'] })
  .chain((event) => {
    const keys = Object.keys(event)
    return fc
      .tuple(
        fc.shuffledSubarray(keys, { minLength: keys.length }),
        fc.option(fc.constantFrom(...keys)),
        fc.constantFrom(['', '', ''], [' ', ' ', ''], ['\n', '\t', '\r\n '], ['', '  ', ' ']),
        fc.constantFrom('none', 'slash', 'unicode'),
      )
      .map(([order, twice, [afterColon, afterComma, around], escapes]) => {
        const all = twice === null ? order : [...order, twice]
        const members = all.map(
          (key) => `${quoted(key, 'none')}:${afterColon}${quoted(event[key], escapes)}`,
        )
        return `${around}{${around}${members.join(`${around},${afterComma}`)}${around}}${around}`
      })
  })

/** An event as machines write it: few orders of keys, no white space. */
export const plainText: fc.Arbitrary<string> = fc
  .record({
    event_id: fc.uuid(),
    event_type: fc.constantFrom('click', 'purchase'),
    user_id: fc.nat(300).map((number) => `user-${number}`),
    event_time: fc.oneof(
      fc.integer({ min: NOW_MS - 1e9, max: NOW_MS }),
      fc.nat(1e9).map((agoMs) => new Date(NOW_MS - agoMs).toISOString()),
    ),
    category: fc.constantFrom('books', 'Bücher', '本', null),
    quantity: fc.integer({ min: 1, max: 12 }),
    unit_price: fc.nat(1_000_000).map((cents) => cents / 100),
    page: fc.webPath(),
  })
  .map((event) => JSON.stringify(event))

/** What happens to bytes: one is set, added or cut out, or all from a place on are gone. */
export const damage: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc
  .array(
    fc.tuple(
      fc.nat(400),
      fc.oneof(
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom(...Buffer.from('"\\{}[],:0-+.eE \nntf')),
      ),
      fc.constantFrom('set', 'add', 'cut', 'end'),
    ),
    { maxLength: 3 },
  )
  .map((changes) => (whole) => {
    const bytes = [...whole]
    for (const [place, byte, how] of changes) {
      const at = place % (bytes.length || 1)
      if (how === 'set') bytes[at] = byte
      else if (how === 'add') bytes.splice(at, 0, byte)
      else if (how === 'cut') bytes.splice(at, 1)
      else bytes.length = at
    }
    return Uint8Array.from(bytes)
  })
