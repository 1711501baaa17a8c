// Where a job starts: its checkpoint, or a new beginning.

import { createHash } from 'node:crypto'
import type { Metric } from '../../data/definitions/metric.ts'
import { RefusedError } from '../../kit/errors.ts'
import { WINDROW } from '../../kit/invocation.ts'
import type { Log } from '../../kit/log.ts'
import type { CheckpointStore, Loaded } from '../../stores/checkpoints/checkpoint-store.ts'
import type { Offsets, StartAt } from '../../stores/event-log/event-log.ts'
import type { Job } from '../job.ts'
import { describeLedger } from '../report.ts'
import { readSnapshot } from './encode.ts'
import { EMPTY_OUTBOX } from './outbox.ts'
import { restoreJob, type Snapshot } from './snapshot.ts'

/** What makes a job the same job: of another log, topic or points store the checkpoint would be wrong. */
export interface JobIdentity {
  readonly pipeline: string
  readonly log: string
  readonly topic: string
  readonly points: string
}

/** The name under which the job's checkpoints are kept. */
export function nameOfJob({ pipeline, log, topic, points }: JobIdentity): string {
  // One order, whatever that of the caller's object.
  const text = JSON.stringify({ pipeline, log, topic, points })
  return `${pipeline}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`
}

export interface Start
  extends Pick<
    Snapshot,
    'positions' | 'outbox' | 'savedAtMs' | 'watermarks' | 'ticks' | 'disorderMs'
  > {
  /** Number of the checkpoint it goes on from; 0: it is a new job. */
  readonly number: number
  /** No checkpoint is of this job and its metrics: one is to be made, also when nothing happens. */
  readonly isOutdated: boolean
  /** Metrics that the checkpoint does not hold as they are defined now: to be computed from the log. */
  readonly changed: readonly Metric[]
}

const BEGINNING = {
  number: 0,
  isOutdated: true,
  positions: new Map(),
  outbox: EMPTY_OUTBOX,
  savedAtMs: 0,
  watermarks: { currentMs: Number.NEGATIVE_INFINITY, partitions: [] },
  ticks: [],
  changed: [],
} satisfies Omit<Start, 'disorderMs'>

/** Restores the job from its newest checkpoint unless it starts anew. */
export async function resume(
  job: Job,
  checkpoints: CheckpointStore,
  from: StartAt | undefined,
  log: Log,
): Promise<Start> {
  const loaded = await loadUnless(from !== undefined, checkpoints)
  for (const sentence of loaded?.damaged ?? []) log.warn(`${sentence}; goes on from the one before`)
  const snapshot = loaded && readSnapshot(loaded.parts)
  if (loaded === undefined || snapshot === undefined) {
    log.info(whyNew(loaded, from))
    return { ...BEGINNING, disorderMs: job.disorderMs }
  }
  if (from !== undefined) {
    // The same windows close as before where nothing but the log decides.
    if (snapshot.disorderMs === job.disorderMs) job.ticks.restore(snapshot.ticks)
    log.info('new job, as asked for with --from')
    return { ...BEGINNING, disorderMs: job.disorderMs, savedAtMs: snapshot.savedAtMs }
  }
  const changed = restoreJob(job, snapshot)
  log.info(
    `goes on from checkpoint ${loaded.number} (${checkpoints.description}): ${describeLedger(job)}`,
  )
  const names = new Set(job.windows.map(({ metric }) => metric.name))
  const isOutdated = [...snapshot.metrics.keys()].some((name) => !names.has(name))
  return { ...snapshot, number: loaded.number, isOutdated, changed }
}

/** A job that starts anew does not mind damage. */
async function loadUnless(
  isNew: boolean,
  checkpoints: CheckpointStore,
): Promise<Loaded | undefined> {
  try {
    return await checkpoints.load()
  } catch (error) {
    if (isNew && error instanceof RefusedError) return undefined
    throw error
  }
}

function whyNew(loaded: Loaded | undefined, from: StartAt | undefined): string {
  if (from !== undefined) return 'new job, as asked for with --from'
  if (loaded === undefined) return 'new job, from the beginning of the log'
  return `checkpoint ${loaded.number} is of another version of windrow: every metric is computed anew from the log`
}

/** A position past the log's end means that the log is not the one the checkpoint was made with. */
export function checkPlace(positions: Offsets, ends: Offsets, topic: string): void {
  for (const [partition, position] of positions) {
    const end = ends.get(partition) ?? 0
    if (position <= end) continue
    throw new RefusedError(
      `The checkpoint is at offset ${position} of ${topic}/${partition}, but the log ends at ${end}: ` +
        'the topic was deleted and made again, or cut.\n' +
        `  Start a new job from the beginning of the log: ${WINDROW} stream --from earliest`,
    )
  }
}
