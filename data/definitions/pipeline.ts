// A pipeline ties a topic, a schema, an enrichment and metrics together.
import type { EventSchema } from '../schema.ts'
import type { Enrichment, Metric } from './metric.ts'

export interface Pipeline {
  readonly name: string
  /** Topic read when the configuration names no other. */
  readonly topic: string
  readonly schema: EventSchema
  /** The Avro schema of values in Confluent's wire format, as JSON text. */
  readonly avroSchema: string
  readonly enrichment: Enrichment
  readonly metrics: readonly Metric[]
  /**
   * What an event counts whose id is that of one already counted: nothing (`once`), or as any other (`count`). Always
   * `count` where the schema has no id.
   */
  readonly duplicates: 'once' | 'count'
  /**
   * A copy is told when it comes within so long of its event, by event time; one that comes later is an event like any other
   * to windows that still can change. A window of a day would otherwise need the ids of all the day's events.
   */
  readonly duplicatesWithinMs: number
}

/** A pipeline as it is written down. `duplicates`: `once` where the schema has an id, and within an hour. */
export interface PipelineInput extends Omit<Pipeline, 'duplicates' | 'duplicatesWithinMs'> {
  readonly duplicates?: Pipeline['duplicates']
  readonly duplicatesWithinMs?: number
}

const DUPLICATES_WITHIN_MS = 3_600_000

/** Checks that names are unique and duplicates can be told, and freezes the list. */
export function definePipeline(pipeline: PipelineInput): Pipeline {
  const hasId = pipeline.schema.idField !== undefined
  const { duplicates = hasId ? 'once' : 'count' } = pipeline
  const { duplicatesWithinMs = DUPLICATES_WITHIN_MS } = pipeline
  if (duplicates === 'once' && !hasId)
    throw new Error(
      `pipeline "${pipeline.name}": duplicates: 'once' needs a schema with an id field, ` +
        `and ${pipeline.schema.name} has none; expected 'count'`,
    )
  const names = pipeline.metrics.map((metric) => metric.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new Error(`pipeline "${pipeline.name}": metric "${twice}" is defined twice`)
  const metrics = Object.freeze([...pipeline.metrics])
  return Object.freeze({ ...pipeline, duplicates, duplicatesWithinMs, metrics })
}
