// A session as an event of its own: the schema that a session metric's values, tags and conditions are about. Pure.
import type { EventSchema, FieldSpec } from '../schema.ts'
import { decimalsOf } from './metric.ts'
import type { MeasureNode, SessionsNode } from './nodes.ts'

/** The field with the time of a session's last event, by which it is counted. */
export const LAST_EVENT = 'last_event'

/** Fields: the tags `by` as text, a number per measure, and the time of the last event. */
export function sessionSchema(
  { measures }: SessionsNode,
  by: readonly string[],
  events: EventSchema,
): EventSchema {
  const tags = by.map((name): FieldSpec => ({ name, kind: 'string', required: false }))
  const numbers = Object.entries(measures).map(([name, node]): FieldSpec => {
    const decimals = decimalsOfMeasure(node, events)
    return decimals > 0
      ? { name, kind: 'decimal', required: false, decimals }
      : { name, kind: 'integer', required: false }
  })
  return {
    name: `session of ${events.name}`,
    fields: [...tags, ...numbers, { name: LAST_EVENT, kind: 'time', required: true }],
    timeField: LAST_EVENT,
  }
}

const decimalsOfMeasure = (node: MeasureNode, events: EventSchema): number =>
  node.kind === 'sum' || node.kind === 'min' || node.kind === 'max'
    ? decimalsOf(node.of, events)
    : 0
