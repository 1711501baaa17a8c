// Computes the points of a job again, from where it began to its checkpoint.
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import type { Point } from '../../data/point.ts'
import { formatDuration } from '../../kit/duration.ts'
import { RefusedError } from '../../kit/errors.ts'
import { grouped } from '../../kit/grouped.ts'
import { showProgress } from '../../kit/progress.ts'
import { type RetryContext, untilAvailable } from '../../kit/retry.ts'
import type { DemographicsStore } from '../../stores/demographics/demographics-store.ts'
import type { EventLogReader } from '../../stores/event-log/event-log.ts'
import { checkPlace } from '../../streaming/checkpoint/resume.ts'
import type { Snapshot } from '../../streaming/checkpoint/snapshot.ts'
import type { StreamingConfig } from '../../streaming/config.ts'
import { avroDecoder } from '../../streaming/decode/avro.ts'
import type { Job } from '../../streaming/job.ts'
import { type ClosedThrough, recompute } from '../../streaming/recompute/recompute.ts'
import { TableRefresher } from '../../streaming/refresh.ts'
import { type JobStores, say } from './job-state.ts'

export interface RecountOptions {
  readonly pipeline: Pipeline
  readonly stores: JobStores
  readonly demographics: DemographicsStore
  readonly snapshot: Snapshot
  readonly config: StreamingConfig
  readonly onPoints: (points: readonly Point[], through: ClosedThrough) => Promise<void>
  readonly retry: RetryContext
  readonly signal: AbortSignal
}

/** All metrics of the pipeline, as which events are duplicates depends on all. */
export async function recount(options: RecountOptions): Promise<void> {
  const { pipeline, stores, demographics, snapshot, retry, signal, onPoints } = options
  const { events, topic } = stores
  checkPlace(snapshot.positions, await events.ends(topic), topic)
  const { disorderMs } = snapshot
  if (disorderMs !== options.config.disorderMs)
    say(
      `note: computed with the job's disorder, ${formatDuration(disorderMs)}, not the configured one`,
    )
  let isReading = false
  const reader = await untilAvailable(retry, () =>
    events.reader({
      topic,
      // Its own: it must not take the job's partitions, nor those of another verify.
      group: `windrow-verify-${process.pid}-${Date.now()}`,
      from: new Map(snapshot.ledger.begins),
      removed: 'skip',
      onRemoved: () => {
        if (!isReading) return
        throw new RefusedError(
          `Retention removed records of ${topic} while they were read: run it again.`,
        )
      },
    }),
  )
  try {
    isReading = true
    const stopTelling = tellProgress(reader, snapshot, retry)
    await recompute({
      ...{ pipeline, metrics: pipeline.metrics, reader, until: snapshot, onPoints, retry, signal },
      config: { ...options.config, disorderMs },
      avro: avroDecoder(pipeline.avroSchema),
      load: ({ table }: Job) =>
        new TableRefresher(demographics, pipeline.enrichment.fields, table, retry).load(),
    }).finally(stopTelling)
  } finally {
    await reader.close()
  }
}

/** Says how many records there are to read and, while that takes long, how many are. */
function tellProgress(
  reader: EventLogReader,
  { positions }: Snapshot,
  { log, clock }: RetryContext,
): () => void {
  const left = () =>
    [...positions].reduce(
      (sum, [p, end]) => sum + Math.max(0, end - (reader.positions().get(p) ?? 0)),
      0,
    )
  const all = left()
  say(`computes ${grouped(all)} records again`)
  const options = { terminal: process.stderr, log, clock, unit: 'records' }
  const progress = showProgress(options, () => {
    const done = all - left()
    return { done, fraction: all === 0 ? 1 : done / all }
  })
  return progress.stop
}
