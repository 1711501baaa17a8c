// The words that metrics of one schema and enrichment are written in: a misspelt field does not compile, and what
// `defineMetric` answers is checked and frozen.
import type { EventSchema, FieldName } from '../schema.ts'
import { checkMetric } from './check/metric.ts'
import { expandValues } from './expand.ts'
import type { Enrichment, Metric, MetricInput } from './metric.ts'
import type { FieldNode } from './nodes.ts'
import { emitEveryMsOf, latenessMsOf, zerosForMsOf } from './timing.ts'

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
      const { allowedLateness, emit, zerosFor, values, ...same } = input
      const emitEveryMs = emitEveryMsOf(input)
      const zerosForMs = zerosForMsOf(input)
      return deepFreeze(
        structuredClone({
          ...same,
          allowedLatenessMs: latenessMsOf(input),
          ...(emitEveryMs === undefined ? {} : { emitEveryMs }),
          ...(zerosForMs === undefined ? {} : { zerosForMs }),
          values: expandValues(values),
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
