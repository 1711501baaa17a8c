// The fields that e-commerce metrics may name: those of the event and those the demographics add.
import type { Enrichment } from '../definitions/metric.ts'
import { vocabularyOf } from '../definitions/vocabulary.ts'
import { eventSchema } from '../events.generated.ts'

export const demographicsEnrichment = {
  table: 'demographics',
  key: 'user_id',
  fields: ['gender', 'age_group', 'country', 'income_bracket'],
} as const satisfies Enrichment

export const { field, defineMetric } = vocabularyOf(eventSchema, demographicsEnrichment)
