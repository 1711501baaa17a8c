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
}

/** Checks that names are unique and freezes the list. */
export function definePipeline(pipeline: Pipeline): Pipeline {
  const names = pipeline.metrics.map((metric) => metric.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new Error(`pipeline "${pipeline.name}": metric "${twice}" is defined twice`)
  return Object.freeze({ ...pipeline, metrics: Object.freeze([...pipeline.metrics]) })
}
