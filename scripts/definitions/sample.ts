// The newest events of the log: which values tags have together, as the engine itself would count them.

import type { Metric } from '../../data/definitions/metric.ts'
import { leavesOf } from '../../data/definitions/nodes/predicates.ts'
import { count } from '../../data/definitions/nodes.ts'
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import { type Combinations, tagSources } from '../../data/definitions/series.ts'
import type { EventLog, Offsets, RecordBatch } from '../../stores/event-log/event-log.ts'
import type { StreamingConfig } from '../../streaming/config.ts'
import { avroDecoder } from '../../streaming/decode/avro.ts'
import { Job } from '../../streaming/job.ts'

const WAIT_MS = 500
/** Longer than all history: no event is late, and one window has all. */
const EVER_MS = 10_000 * 365 * 86_400_000

/** About so many of the newest records, as they arrive. Changes nothing: no topic is made, no offset committed. */
export async function* newestRecords(
  log: EventLog,
  topic: string,
  ends: Offsets,
  recordsMax: number,
): AsyncGenerator<RecordBatch> {
  if (ends.size === 0) return
  const each = Math.ceil(recordsMax / ends.size)
  const from = new Map([...ends].map(([partition, end]) => [partition, Math.max(0, end - each)]))
  const group = `windrow-check-${process.pid}-${Date.now()}`
  const reader = await log.reader({ topic, group, from, removed: 'skip', onRemoved: () => {} })
  try {
    const left = () =>
      [...ends].flatMap(([p, end]) => ((reader.positions().get(p) ?? 0) < end ? [p] : []))
    for (let wanted = left(); wanted.length > 0; wanted = left()) {
      const batch = await reader.read(wanted, WAIT_MS)
      if (batch === undefined) break
      yield batch
    }
  } finally {
    await reader.close()
  }
}

export interface Sampled {
  readonly records: number
  /** Of them no events, by reason. */
  readonly rejected: ReadonlyMap<string, number>
  /** How many combinations of values a metric's tags have that are fields of events. */
  combinations(metric: Metric): Combinations
}

/** Counts the tags of all metrics in records; conditions on fields of the table are left out. */
export function sampleOf(
  pipeline: Pipeline,
  config: StreamingConfig,
  batches: readonly RecordBatch[],
  nowMs: number,
): Sampled {
  const metrics = pipeline.metrics.map((metric) => ofEvents(metric, pipeline))
  const job = new Job(
    { ...pipeline, metrics, duplicates: 'count' },
    { ...config, disorderMs: EVER_MS },
    avroDecoder(pipeline.avroSchema),
  )
  const rejected = new Map<string, number>()
  let records = 0
  for (const batch of batches) {
    records += batch.count
    for (const { rejection } of job.process(batch, nowMs).rejected)
      rejected.set(rejection.reason, (rejected.get(rejection.reason) ?? 0) + 1)
  }
  const points = job.openPoints()
  return {
    records,
    rejected,
    combinations: ({ name }) => {
      const own = points.filter(({ measurement }) => measurement === name)
      return (tags) => {
        if (tags.length === 0) return 1
        const found = new Set(
          own.map((point) => JSON.stringify(tags.map((tag) => point.tags[tag]))),
        )
        return found.size === 0 ? undefined : found.size
      }
    },
  }
}

/** A metric that has a point for each combination of those tags. */
function ofEvents(metric: Metric, { enrichment }: Pipeline): Metric {
  const { name, summary, where, panel } = metric
  const isOfTable = leavesOf(where).some(({ field }) => enrichment.fields.includes(field.name))
  return {
    ...{ name, summary, panel },
    ...(where === undefined || isOfTable ? {} : { where }),
    by: tagSources(metric, enrichment).ofEvents,
    window: { kind: 'tumbling', sizeMs: EVER_MS },
    allowedLatenessMs: 0,
    values: { events: count() },
  }
}
