import fc from 'fast-check'
import { expect, test } from 'vitest'
import { and, eq, not, oneOf, or, type PredicateNode } from '../../data/definitions/nodes.ts'
import { Columns } from '../decode/columns.ts'
import { Dictionary } from '../decode/dictionary.ts'
import { Conditions } from './conditions.ts'

const FIELDS = ['type', 'country'] as const
const VALUES = ['click', 'view', 'DE', 'FR', 'unknown']

type Event = Readonly<Record<(typeof FIELDS)[number], string>>

const value = fc.constantFrom(...VALUES)
const fieldNode = fc.constantFrom(...FIELDS).map((name) => ({ kind: 'field', name }) as const)
const { node } = fc.letrec<{ node: PredicateNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(fieldNode, fc.array(value, { maxLength: 3 })).map(([of, some]) => oneOf(of, some)),
    fc.array(tie('node'), { maxLength: 3 }).map((terms) => and(...terms)),
    fc.array(tie('node'), { maxLength: 3 }).map((terms) => or(...terms)),
    tie('node').map(not),
  ),
}))

function holds(of: PredicateNode, event: Event): boolean {
  switch (of.kind) {
    case 'oneOf':
      return of.values.includes(event[of.field.name as keyof Event])
    case 'and':
      return of.terms.every((term) => holds(term, event))
    case 'or':
      return of.terms.some((term) => holds(term, event))
    case 'not':
      return !holds(of.term, event)
    default:
      throw new Error('not made here')
  }
}

function newColumns() {
  const columns = new Columns(new Map(FIELDS.map((name) => [name, new Dictionary(name)])), [])
  const fill = (events: readonly Event[]) => {
    columns.reset(events.length)
    for (const event of events) {
      for (const name of FIELDS) {
        const { dictionary, codes } = columns.textColumn(name)
        codes[columns.count] = dictionary.codeOf(event[name])
      }
      columns.count++
    }
  }
  return { columns, fill }
}

test('hold for the events that satisfy them, batch after batch, also of values never seen before', () => {
  const event = fc.record({ type: value, country: value })
  const batches = fc.array(fc.array(event, { maxLength: 6 }), { maxLength: 4 })
  fc.assert(
    fc.property(fc.array(node, { minLength: 1, maxLength: 4 }), batches, (nodes, all) => {
      const { columns, fill } = newColumns()
      const conditions = new Conditions(columns)
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
  const conditions = new Conditions(columns)
  const type = { kind: 'field', name: 'type' } as const
  expect(conditions.of(not(eq(type, 'click')))).toBe(conditions.of(not(eq(type, 'click'))))
  expect(conditions.rowsOf(eq(type, 'click'))).toBe(conditions.rowsOf(eq(type, 'click')))
})
