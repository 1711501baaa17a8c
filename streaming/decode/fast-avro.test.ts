// The short way must agree with avsc and the rules of events on everything: same event, same rejection.
import type avsc from 'avsc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventAvroSchema, eventSchema } from '../../data/events.generated.ts'
import type { EventSchema } from '../../data/schema.ts'
import { avroDecoder } from './avro.ts'
import { damage, eventText, plainText } from './testing/event-texts.ts'
import {
  batchOfBytes,
  Decoding,
  judged,
  judgedEvent,
  NOW_MS,
  type Read,
  takenFast,
} from './testing/judge.ts'
import {
  avroTypeOf,
  confluent,
  machineAvro,
  machineEvent,
  machineNames,
  machineSchema,
} from './testing/machine.ts'
import { Rejection } from './value.ts'

const NAMES = ['event_type', 'user_id', 'category', 'quantity', 'unit_price']
const shopType = avroTypeOf(eventAvroSchema)
const machineType = avroTypeOf(machineAvro)

/** By avsc and the rules alone. */
function judgedAvro(schema: EventSchema, names: readonly string[], avro: string) {
  const decoder = avroDecoder(avro)
  return (bytes: Uint8Array): Read => {
    try {
      const event = decoder.decode(bytes.subarray(5))
      return event instanceof Rejection ? 'rejected' : judgedEvent(schema, names, event)
    } catch {
      return 'rejected'
    }
  }
}

function expectAgreement(
  schema: EventSchema,
  names: readonly string[],
  avro: string,
  event: fc.Arbitrary<Uint8Array>,
  numRuns: number,
): void {
  const decoding = new Decoding(schema, names, avroDecoder(avro))
  const judge = judgedAvro(schema, names, avro)
  const isAvro = (bytes: Uint8Array) => bytes[0] === 0
  const values = fc.array(fc.tuple(event, fc.option(damage)), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(values, (all) => {
      const written = all.map(([bytes, change]) => change?.(bytes) ?? bytes)
      const expected = written.map((bytes) =>
        isAvro(bytes) ? judge(bytes) : judged(schema, names, bytes),
      )
      expect(decoding.read(batchOfBytes(written))).toEqual(expected)
    }),
    { numRuns },
  )
}

const NULLS = { session_id: null, product_id: null, category: null, page: null, currency: null }
const asAvro = (type: avsc.Type, event: object): Uint8Array =>
  confluent(type, { ...NULLS, quantity: null, unit_price: null, ...event })

const shopEvent = fc
  .record({
    event_id: fc.string({ unit: 'grapheme', maxLength: 40 }),
    event_type: fc.constantFrom('click', 'purchase', '', 'Übung'),
    user_id: fc.string({ unit: 'grapheme', maxLength: 20 }),
    event_time: fc.integer({ min: -(10 ** 12), max: NOW_MS + 400_000 }),
    category: fc.option(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('a\ufffd'))),
    page: fc.option(fc.string({ maxLength: 200 })),
    quantity: fc.option(fc.integer({ min: -1, max: 2 ** 31 - 1 })),
    unit_price: fc.option(
      fc.oneof(
        fc.double(),
        fc.nat(10 ** 9).map((cents) => cents / 100),
      ),
    ),
    currency: fc.option(fc.constantFrom('USD', 'EUR', 'usd', '')),
  })
  .map((event) => asAvro(shopType, event))

describe('the short way of decoding Avro', () => {
  it('agrees with avsc and the rules on events, whole and damaged, JSON among them', () => {
    const json = fc.oneof(eventText, plainText).map((text): Uint8Array => Buffer.from(text))
    const event = fc.oneof({ weight: 5, arbitrary: shopEvent }, { weight: 1, arbitrary: json })
    expectAgreement(eventSchema, NAMES, eventAvroSchema, event, 3_000)
  })

  it('agrees on events of another kind', () => {
    const event = machineEvent.map((one) => confluent(machineType, one))
    expectAgreement(machineSchema, machineNames, machineAvro, event, 4_000)
  })

  it('agrees on events of another kind in JSON', () => {
    const event = fc
      .tuple(machineEvent, fc.constantFrom('at', 'count', 'ratio', 'none'))
      .map(([one, quoted]) => ({
        ...one,
        at: quoted === 'at' ? new Date(one.at).toJSON() : one.at,
        ...(quoted === 'count' ? { count: undefined } : {}),
        ...(quoted === 'ratio' ? { ratio: '' } : {}),
      }))
      .map((one): Uint8Array => Buffer.from(JSON.stringify(one)))
    expectAgreement(machineSchema, machineNames, machineAvro, event, 4_000)
  })

  it('takes events, so that they are fast', () => {
    const event = {
      event_id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
      event_type: 'purchase',
      user_id: 'user-000042',
      event_time: NOW_MS,
      category: 'Bücher',
      quantity: 2,
      unit_price: 19.99,
      currency: 'EUR',
    }
    const values = [event, { ...event, page: '/a' }].map((one) => asAvro(shopType, one))
    const { fields } = avroDecoder(eventAvroSchema)
    expect(takenFast(eventSchema, NAMES, values, fields)).toBe(2)
  })

  it('leaves to avsc what has other types', () => {
    const schema = (type: unknown) =>
      JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'a', type }] })
    const fieldsOf = (type: unknown) => avroDecoder(schema(type)).fields
    expect(fieldsOf('boolean')).toBeUndefined()
    expect(fieldsOf(['null', 'string', 'long'])).toBeUndefined()
    expect(fieldsOf({ type: 'array', items: 'string' })).toBeUndefined()
    expect(fieldsOf(['long', 'null'])).toEqual([{ name: 'a', type: 'long', nullBranch: 1 }])
  })
})
