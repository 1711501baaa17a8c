// Which fields of the event and of the enrichment a pipeline uses: only these become columns.
import { leavesOf, type PredicateNode } from '../../data/definitions/nodes/predicates.ts'
import {
  type AggregateNode,
  fieldsOfNumber,
  isComputed,
  type MeasureNode,
} from '../../data/definitions/nodes.ts'
import type { Pipeline } from '../../data/definitions/pipeline.ts'

export interface UsedFields {
  readonly text: ReadonlySet<string>
  readonly numbers: ReadonlySet<string>
}

export function usedFields(pipeline: Pipeline): UsedFields {
  const text = new Set<string>([pipeline.enrichment.key])
  const numbers = new Set<string>()
  const addAll = (set: Set<string>, names: readonly string[]) => {
    for (const name of names) set.add(name)
  }
  const isNumber = (name: string) =>
    pipeline.schema.fields.some(
      (field) => field.name === name && (field.kind === 'integer' || field.kind === 'decimal'),
    )
  const addPredicate = (node: PredicateNode | undefined) => {
    for (const { field } of leavesOf(node)) (isNumber(field.name) ? numbers : text).add(field.name)
  }
  const addFolded = (node: AggregateNode | MeasureNode) => {
    if (node.kind === 'length') return
    if (node.kind === 'funnel') {
      node.steps.forEach(addPredicate)
      return
    }
    addPredicate(node.where)
    if (node.kind === 'count') return
    if (node.of.kind === 'mul' || isNumber(node.of.name)) addAll(numbers, fieldsOfNumber(node.of))
    else text.add(node.of.name)
  }
  for (const { by, where, window, values } of pipeline.metrics) {
    addAll(text, by)
    addPredicate(where)
    if (window.kind === 'sessions') {
      text.add(window.of.name)
      // Its values are of sessions.
      Object.values(window.measures).forEach(addFolded)
    } else for (const value of Object.values(values)) if (!isComputed(value)) addFolded(value)
  }
  return { text, numbers }
}
