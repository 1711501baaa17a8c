// The words that metrics of one schema and enrichment are written in: a misspelt field does not compile, and what
// `defineMetric` answers is checked and frozen.
import type { EventSchema, FieldName } from '../schema.ts'
import { checkMetric } from './check-metric.ts'
import type { Enrichment, Metric, MetricInput } from './metric.ts'
import type { FieldNode } from './nodes.ts'
import { emitEveryMsOf, latenessMsOf } from './timing.ts'

/** The fields metrics of one schema and enrichment may name. */
export interface Vocabulary<Name extends string = string> {
  readonly field: (name: Name) => FieldNode<Name>
  /** Checks a metric and freezes it. Throws an Error that names metric, field and the nearest right name. */
  readonly defineMetric: (metric: MetricInput<Name>) => Metric
}

/** The vocabulary of a schema and an enrichment. */
export function vocabularyOf<const S extends EventSchema, const E extends Enrichment>(
  schema: S,
  enrichment: E,
): Vocabulary<FieldName<S> | E['fields'][number]> {
  return {
    field: (name) => ({ kind: 'field', name }),
    defineMetric: (input) => {
      checkMetric(input, schema, enrichment)
      const { allowedLateness, emit, ...same } = input
      const emitEveryMs = emitEveryMsOf(input)
      return deepFreeze(
        structuredClone({
          ...same,
          allowedLatenessMs: latenessMsOf(input),
          ...(emitEveryMs === undefined ? {} : { emitEveryMs }),
        }),
      )
    },
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner)
    Object.freeze(value)
  }
  return value
}
