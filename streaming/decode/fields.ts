// Which fields of the event and of the enrichment a pipeline uses: only these become columns.
import { fieldsOfNumber, fieldsOfPredicate } from '../../data/definitions/metric.ts'
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
  for (const metric of pipeline.metrics) {
    addAll(text, metric.by)
    addAll(text, fieldsOfPredicate(metric.where))
    for (const value of Object.values(metric.values)) {
      if (value.kind === 'sum') addAll(numbers, fieldsOfNumber(value.of))
      else if (value.kind === 'countDistinct') text.add(value.of.name)
      else if (value.kind === 'count') addAll(text, fieldsOfPredicate(value.where))
    }
  }
  return { text, numbers }
}
