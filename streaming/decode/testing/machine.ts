// For tests: events of another kind than the shop's, with what these do not have: no identity, times beside the event's,
// numbers below zero, long names, and a rule that a field decides which the schema does not name.
import avsc from 'avsc'
import fc from 'fast-check'
import type { EventSchema } from '../../../data/schema.ts'
import { NOW_MS } from './judge.ts'

export const machineSchema: EventSchema = {
  name: 'Machine',
  timeField: 'at',
  fields: [
    { name: 'at', kind: 'time', required: true },
    { name: 'time_of_the_last_maintenance', kind: 'time', required: false },
    { name: 'temperature', kind: 'decimal', required: false, minimum: -40.05, decimals: 3 },
    {
      name: 'count',
      kind: 'integer',
      required: { field: 'state', equals: 'on' },
      minimum: -5,
      maximum: 10 ** 12,
    },
    { name: 'state', kind: 'string', required: false },
    { name: 'why', kind: 'string', required: { field: 'fault', equals: 'schlimm, größer' } },
    { name: 'ratio', kind: 'decimal', required: { field: 'state', equals: 'off' }, maximum: 0.57 },
  ],
}

/** Those that become columns. */
export const machineNames = ['temperature', 'count', 'why', 'ratio']

export const machineAvro = JSON.stringify({
  type: 'record',
  name: 'Machine',
  fields: [
    { name: 'fault', type: ['string', 'null'] },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'time_of_the_last_maintenance', type: ['null', 'long'] },
    { name: 'temperature', type: ['double', 'null'] },
    { name: 'count', type: 'long' },
    { name: 'other', type: 'double' },
    { name: 'state', type: ['null', 'string'] },
    { name: 'why', type: ['null', { type: 'string' }] },
    { name: 'ratio', type: ['null', 'double'] },
  ],
})

const text = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('on', 'off', 'größer', 'a\0'))
const decimal = fc.oneof(
  fc.integer({ min: -50_000, max: 50_000 }).map((scaled) => scaled / 1000),
  fc.constantFrom(-0, -40.05, -40.051, 0.57, 1e15, 2 ** 52 / 1000, 1e300, 0.1 + 0.2),
)
const ratio = fc.constantFrom(0, -0, 1, -1, 0.5, 2 ** 53, -(2 ** 53) + 2, Number.NaN, Infinity)
const long = fc.oneof(
  fc.integer({ min: -10, max: 10 }),
  fc.constantFrom(2 ** 31, 10 ** 12, 10 ** 12 + 1, -(2 ** 52) - 1, 2 ** 53 - 2, -(2 ** 53) + 2),
)
const timeMs = fc.oneof(fc.integer({ min: -1e13, max: NOW_MS }), long)

export const machineEvent = fc.record({
  fault: fc.option(fc.oneof(text, fc.constant('schlimm, größer'))),
  at: timeMs,
  time_of_the_last_maintenance: fc.option(timeMs),
  temperature: fc.option(decimal),
  count: long,
  other: decimal,
  state: fc.option(text),
  why: fc.option(text),
  ratio: fc.option(ratio),
})

/** In Confluent's wire format. */
export function confluent(type: avsc.Type, event: object): Uint8Array {
  return Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), type.toBuffer(event)])
}

export const avroTypeOf = (schema: string): avsc.Type => avsc.Type.forSchema(JSON.parse(schema))
