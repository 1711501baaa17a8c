// What the engine page reads of the job's `/status`: the part of its contract that the dashboard holds it to. What else is
// there is left out, so that a newer job can tell more.
import { z } from '../../kit/zod.cjs'

const count = z.number().min(0)
const epochMs = z.number().nullable()

const waiting = z.object({
  store: z.string(),
  reason: z.string(),
  message: z.string(),
  forMs: count,
  attempts: count,
  isBlocking: z.boolean(),
})
const waited = z.object({
  store: z.string(),
  message: z.string(),
  lastedMs: count,
  agoMs: count,
})
const partition = z.object({
  partition: count,
  position: count,
  end: count,
  watermarkEpochMs: epochMs,
  isIdle: z.boolean(),
  quietMs: count.optional(),
  ...{ read: count, counted: count, filtered: count, late: count, rejected: count },
  duplicates: count,
  corrected: count.optional(),
})
const metric = z.object({
  metric: z.string(),
  openWindows: count,
  correctableWindows: count.optional(),
  openSessions: count.optional(),
  pointsWritten: count.optional(),
  next: z.object({ startEpochMs: z.number(), endEpochMs: z.number(), groups: count }).optional(),
})
const verdict = z.object({ ok: z.boolean(), because: z.array(z.string()) })

const statusSchema = z.object({
  pipeline: z.string(),
  topic: z.string(),
  phase: z.enum(['starting', 'standby', 'loading', 'restoring', 'running', 'stopping', 'failed']),
  failure: z.string().optional(),
  uptimeMs: count,
  quietMs: count,
  waitingFor: z.array(waiting),
  waitedFor: z.array(waited).default([]),
  stores: z.record(z.string(), z.string()).default({}),
  lease: z
    .object({ state: z.string(), epoch: count.optional(), holder: z.string().optional() })
    .optional(),
  enrichment: z
    .object({
      table: z.string(),
      rows: count,
      staleMs: count.optional(),
      unmatched: count.optional(),
    })
    .optional(),
  partitions: z.array(partition).default([]),
  workers: z
    .array(z.object({ worker: count, partitions: z.array(count), records: count }))
    .optional(),
  rejectedByReason: z.record(z.string(), count).default({}),
  watermarkEpochMs: epochMs.optional(),
  watermarkHolder: count.nullable().optional(),
  disorderMs: count.optional(),
  idleAfterMs: count.optional(),
  metrics: z.array(metric).default([]),
  checkpoint: z
    .object({
      number: count,
      ageMs: count,
      bytes: count.optional(),
      pauseMs: count.optional(),
      busyMs: count.optional(),
    })
    .optional(),
  health: verdict,
  readiness: verdict,
})

export type JobStatus = z.infer<typeof statusSchema>
export type PartitionStatus = JobStatus['partitions'][number]

/** What the job answered; undefined: that is no status of a job. */
export function jobStatusOf(answer: unknown): JobStatus | undefined {
  return statusSchema.safeParse(answer).data
}

/** Records in the log that are not read yet. */
export const lagOf = ({ position, end }: PartitionStatus): number => Math.max(0, end - position)

/** A count over all partitions. */
export const sumOf = (
  { partitions }: JobStatus,
  of: (partition: PartitionStatus) => number,
): number => partitions.reduce((sum, one) => sum + of(one), 0)
