// Records that are no events, each broken in another way: what a consumer must survive.
import type { Random } from './random.ts'

type Fields = Readonly<Record<string, unknown>>

const encode = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
const purchase = (event: Fields): Fields => ({
  ...event,
  event_type: 'purchase',
  quantity: event.quantity ?? 1,
  unit_price: event.unit_price ?? 9.99,
  currency: 'USD',
})
const without = (event: Fields, name: string): Fields => ({ ...event, [name]: undefined })
const pick = <T>(random: Random, values: readonly T[]): T => values[random.below(values.length)]

/** By kind of damage: from an event, the value of a record; null is a record without value. */
export const DAMAGES: Readonly<
  Record<string, (event: Fields, random: Random) => Uint8Array | null>
> = {
  brokenJson: (event, random) => {
    const bytes = encode(event)
    return bytes.subarray(0, 1 + random.below(bytes.length - 1))
  },
  missingField: (event, random) =>
    encode(without(event, pick(random, ['event_id', 'event_type', 'user_id', 'event_time']))),
  missingPrice: (event) => encode(without(purchase(event), 'unit_price')),
  wrongType: (event, random) =>
    encode(
      pick(random, [
        { ...event, user_id: 42 },
        { ...purchase(event), quantity: 'two' },
      ]),
    ),
  negativeQuantity: (event, random) =>
    encode({ ...purchase(event), quantity: -1 - random.below(20) }),
  unknownCurrency: (event) => encode({ ...purchase(event), currency: 'QQQ' }),
  fractionOfCent: (event) => encode({ ...purchase(event), unit_price: 1.005 }),
  badTime: (event, random) =>
    encode({ ...event, event_time: pick(random, ['yesterday', '2026-02-30T10:00:00Z', '']) }),
  invalidUtf8: (event) => {
    const bytes = Buffer.from(encode({ ...event, page: '/caf#' }))
    bytes[bytes.indexOf('#')] = 0xe9
    return bytes
  },
  noObject: (_event, random) => encode(pick(random, [[1, 2, 3], 'event', 17, null])),
  empty: () => new Uint8Array(0),
  tombstone: () => null,
}

const KINDS = Object.values(DAMAGES)

/** The event, damaged in one of the ways above. */
export const damage = (event: Fields, random: Random): Uint8Array | null =>
  pick(random, KINDS)(event, random)
