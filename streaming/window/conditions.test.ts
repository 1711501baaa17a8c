import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  and,
  atLeast,
  atMost,
  eq,
  not,
  oneOf,
  or,
  type PredicateNode,
  present,
  startsWith,
} from '../../data/definitions/nodes.ts'
import type { EventSchema } from '../../data/schema.ts'

import { Columns } from '../decode/columns.ts'
import { Dictionary } from '../decode/dictionary.ts'
import { Conditions } from './conditions.ts'

const schema = {
  name: 'Event',
  timeField: 'time',
  fields: [
    { name: 'type', kind: 'string', required: true },
    { name: 'country', kind: 'string', required: false },
    { name: 'quantity', kind: 'integer', required: false },
    { name: 'price', kind: 'decimal', required: false, decimals: 2 },
  ],
} as const satisfies EventSchema

const TEXTS = ['type', 'country'] as const
const NUMBERS = ['quantity', 'price'] as const
const VALUES = ['click', 'clock', 'view', 'DE', 'unknown', 'a text of more than 15 bytes, ü']

/** Numbers in their own unit. */
interface Event {
  readonly type: string
  readonly country?: string
  readonly quantity?: number
  readonly price?: number
}

const value = fc.constantFrom(...VALUES)
const fieldOf = (...names: readonly string[]) =>
  fc.constantFrom(...names).map((name) => ({ kind: 'field', name }) as const)
const cents = fc.integer({ min: -120, max: 120 }).map((whole) => whole / 100)
const bound = fc.oneof(cents, fc.double({ min: -1.3, max: 1.3, noNaN: true }))
const prefix = fc.constantFrom(
  '',
  'c',
  'cl',
  'click',
  'unk',
  'a text of more than 15 bytes, ü',
  'v2',
)
const { node } = fc.letrec<{ node: PredicateNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc
      .tuple(fieldOf(...TEXTS), fc.array(value, { maxLength: 3 }))
      .map(([of, some]) => oneOf(of, some)),
    fc.tuple(fieldOf(...NUMBERS), bound).map(([of, least]) => atLeast(of, least)),
    fc.tuple(fieldOf(...NUMBERS), bound).map(([of, most]) => atMost(of, most)),
    fieldOf(...TEXTS, ...NUMBERS).map(present),
    fc.tuple(fieldOf(...TEXTS), prefix).map(([of, begin]) => startsWith(of, begin)),
    fc.array(tie('node'), { maxLength: 3 }).map((terms) => and(...terms)),
    fc.array(tie('node'), { maxLength: 3 }).map((terms) => or(...terms)),
    tie('node').map(not),
  ),
}))

function holds(of: PredicateNode, event: Event): boolean {
  switch (of.kind) {
    case 'oneOf':
      return of.values.includes(String(event[of.field.name as keyof Event] ?? 'unknown'))
    case 'range': {
      const number = event[of.field.name as 'price']
      if (number === undefined) return false
      return number >= (of.least ?? -Infinity) && number <= (of.most ?? Infinity)
    }
    case 'present':
      return event[of.field.name as keyof Event] !== undefined
    case 'prefix':
      return event[of.field.name as 'country']?.startsWith(of.prefix) === true
    case 'and':
      return of.terms.every((term) => holds(term, event))
    case 'or':
      return of.terms.some((term) => holds(term, event))
    case 'not':
      return !holds(of.term, event)
  }
}

function newColumns() {
  const dictionaries = new Map(TEXTS.map((name) => [name, new Dictionary(name)]))
  const columns = new Columns(dictionaries, NUMBERS)
  const fill = (events: readonly Event[]) => {
    columns.reset(events.length)
    for (const event of events) {
      for (const name of TEXTS) {
        const { dictionary, codes } = columns.textColumn(name)
        codes[columns.count] = dictionary.codeOf(event[name] ?? 'unknown')
      }
      const { quantity = Number.NaN, price = Number.NaN } = event
      columns.numberColumn('quantity').values[columns.count] = quantity
      columns.numberColumn('price').values[columns.count] = Math.round(price * 100)
      columns.count++
    }
  }
  return { columns, fill }
}

test('hold for the events that satisfy them, batch after batch, also of values never seen before', () => {
  const event = fc.record(
    {
      type: value,
      // The text "unknown" is an absent one.
      country: value.filter((text) => text !== 'unknown'),
      quantity: fc.integer({ min: -2, max: 2 }),
      price: cents,
    },
    { requiredKeys: ['type'] },
  )
  const batches = fc.array(fc.array(event, { maxLength: 6 }), { maxLength: 4 })
  fc.assert(
    fc.property(fc.array(node, { minLength: 1, maxLength: 4 }), batches, (nodes, all) => {
      const { columns, fill } = newColumns()
      const conditions = new Conditions(schema, columns)
      const made = nodes.map((one) => ({
        condition: conditions.of(one),
        rows: conditions.rowsOf(one),
      }))
      const everything = conditions.rowsOf(undefined)
      for (const events of all) {
        fill(events)
        conditions.evaluate()
        expect([...everything.rows.subarray(0, everything.count)]).toEqual([...events.keys()])
        for (const [i, { condition, rows }] of made.entries()) {
          const expected = events.map((one) => holds(nodes[i], one))
          expect([...condition.mask.subarray(0, events.length)]).toEqual(expected.map(Number))
          expect([...rows.rows.subarray(0, rows.count)]).toEqual(
            [...events.keys()].filter((row) => expected[row]),
          )
        }
      }
    }),
  )
})

test('that say the same are one', () => {
  const { columns } = newColumns()
  const conditions = new Conditions(schema, columns)
  const type = { kind: 'field', name: 'type' } as const
  expect(conditions.of(not(eq(type, 'click')))).toBe(conditions.of(not(eq(type, 'click'))))
  expect(conditions.rowsOf(eq(type, 'click'))).toBe(conditions.rowsOf(eq(type, 'click')))
})

test('a bound of cents is met by the same cents, whatever they are as doubles', () => {
  const { columns, fill } = newColumns()
  const conditions = new Conditions(schema, columns)
  const price = { kind: 'field', name: 'price' } as const
  for (let cent = 0; cent <= 1000; cent++) {
    const [least, most] = [
      conditions.of(atLeast(price, cent / 100)),
      conditions.of(atMost(price, cent / 100)),
    ]
    fill([
      { type: 'view', price: (cent - 1) / 100 },
      { type: 'view', price: cent / 100 },
      { type: 'view', price: (cent + 1) / 100 },
    ])
    conditions.evaluate()
    expect([cent, ...least.mask.subarray(0, 3)]).toEqual([cent, 0, 1, 1])
    expect([cent, ...most.mask.subarray(0, 3)]).toEqual([cent, 1, 1, 0])
  }
})
