// Names that a definition may use, and the error when it uses another. Pure.
import { didYouMean } from '../../../kit/nearest.ts'
import type { EventSchema } from '../../schema.ts'
import type { Enrichment, MetricInput } from '../metric.ts'
import type { PredicateNode, RangeNode } from '../nodes/predicates.ts'
import { leavesOf } from '../nodes/predicates.ts'
import { sessionSchema } from '../sessions.ts'

/** What tags, conditions and values may be made of: fields of events, or of sessions. */
export interface Fields {
  readonly schema: EventSchema
  readonly text: readonly string[]
  readonly number: readonly string[]
}

/** Of the events of a schema that an enrichment adds fields to. */
export function fieldsOfEvents(schema: EventSchema, enrichment: Enrichment): Fields {
  const text = schema.fields.filter(({ kind }) => kind === 'string').map(({ name }) => name)
  return { schema, text: [...text, ...enrichment.fields], number: numbersOf(schema) }
}

/** What a metric's values are about: events, or sessions of them. */
export function fieldsOfValues({ window, by }: MetricInput<string>, events: Fields): Fields {
  if (window.kind !== 'sessions') return events
  const schema = sessionSchema(window, by, events.schema)
  return { schema, text: by, number: numbersOf(schema) }
}

/** Throws an Error that names the place and the nearest right name. */
export function mustBe(
  name: string,
  allowed: readonly string[],
  place: string,
  what: string,
): void {
  if (!allowed.includes(name))
    throw new Error(`${place} names "${name}", which is no ${what}${didYouMean(name, allowed)}`)
}

export function checkPredicate(
  node: PredicateNode | undefined,
  place: string,
  fields: Fields,
): void {
  for (const leaf of leavesOf(node)) {
    const { name } = leaf.field
    if (leaf.kind === 'range') {
      mustBe(name, fields.number, place, 'number field')
      checkBounds(leaf, place)
    } else if (leaf.kind === 'present')
      mustBe(name, [...fields.text, ...fields.number], place, 'text or number field')
    else mustBe(name, fields.text, place, 'text field')
  }
}

function checkBounds({ field, least, most }: RangeNode, place: string): void {
  for (const bound of [least, most])
    if (bound !== undefined && !Number.isFinite(bound))
      throw new Error(
        `${place}: expected a number as bound of ${field.name}, got ` +
          (typeof bound === 'number' ? bound : JSON.stringify(bound)),
      )
}

const numbersOf = ({ fields }: EventSchema) =>
  fields.filter(({ kind }) => kind === 'integer' || kind === 'decimal').map(({ name }) => name)
