// What a running job tells of itself: plain data, asked for at any moment, written by nobody else. What does not exist yet
// is absent. `…Ms` are durations unless they say epoch; epoch times are null where event time has not begun.
import type { DurationCounts } from '../../kit/duration-counts.ts'
import type { Waited, Waiting } from '../../kit/waits.ts'
import type { LedgerEntry } from '../ledger.ts'
import type { WorkerStatus } from '../parallel/member.ts'

/**
 * `starting` until the stores are open, `standby` while another instance works, `loading` the lookup table, `restoring` the
 * checkpoint, `running` its turns, `stopping` after a signal, `failed` for good.
 */
export type Phase =
  | 'starting'
  | 'standby'
  | 'loading'
  | 'restoring'
  | 'running'
  | 'stopping'
  | 'failed'

/** `GET /status` answers this as JSON, with the verdicts of /healthz and /readyz. */
export interface JobStatus {
  readonly pipeline: string
  readonly topic: string
  readonly phase: Phase
  /** Why it failed, for people, without secrets. */
  readonly failure?: string
  /** How long the process runs. */
  readonly uptimeMs: number
  /** Since the loop's last sign of life, by the monotonic clock: a turn's end, an attempt on a store, rows loaded. */
  readonly quietMs: number
  /** Stores that do not answer now. Those that hold the job up are `isBlocking`. */
  readonly waitingFor: readonly Waiting[]
  /** Stores that were away and answer again: the last time of each. */
  readonly waitedFor?: readonly Waited[]
  /** Which stores it uses: "Kafka 127.0.0.1:9092". */
  readonly stores?: Readonly<Record<string, string>>
  readonly lease?: LeaseStatus
  readonly enrichment?: EnrichmentStatus
  readonly partitions?: readonly PartitionStatus[]
  /** Absent: the job is one thread. */
  readonly workers?: readonly WorkerStatus[]
  /** Records rejected, by reason, over all partitions. */
  readonly rejectedByReason?: Readonly<Record<string, number>>
  /** The job's watermark, epoch milliseconds. */
  readonly watermarkEpochMs?: number | null
  /** The active partition that is furthest behind; null: all are idle. */
  readonly watermarkHolder?: number | null
  /** How much older than the newest an event may be and still be in time. */
  readonly disorderMs?: number
  /** A partition that was read to its end is waited for no longer after so much silence. */
  readonly idleAfterMs?: number
  readonly metrics?: readonly MetricStatus[]
  readonly checkpoint?: CheckpointStatus
  /** How long the turns that had a batch took. */
  readonly turns?: DurationCounts
}

export interface LeaseStatus {
  readonly state: 'waiting' | 'held' | 'lost'
  readonly epoch?: number
  /** Who holds it while this instance waits: host and process. */
  readonly holder?: string
}

export interface EnrichmentStatus {
  /** Name of the table: "demographics". */
  readonly table: string
  readonly rows: number
  /** Since the table was last known to be up to date; absent: not loaded yet. */
  readonly staleMs?: number
  /** Events whose key had no row. */
  readonly unmatched?: number
}

export interface PartitionStatus extends Readonly<LedgerEntry> {
  readonly partition: number
  /** Next offset to read, and the log's end when it was last asked for. */
  readonly position: number
  readonly end: number
  /** Epoch milliseconds; null: no event yet. */
  readonly watermarkEpochMs: number | null
  readonly isIdle: boolean
  /** How long nothing of it was read. */
  readonly quietMs?: number
  /** Of the counted events, those that corrected a window that had closed. */
  readonly corrected?: number
  /** Events by how late they were, those that corrected a window too: counts of LATENESS_MS, and one more. */
  readonly lateness?: readonly number[]
}

export interface MetricStatus {
  readonly metric: string
  readonly openWindows: number
  /** Windows that are closed and that late events still correct. */
  readonly correctableWindows?: number
  /** The open window that closes next; absent: none is open. */
  readonly next?: {
    readonly startEpochMs: number
    readonly endEpochMs: number
    readonly groups: number
  }
  /** Sessions that are not over; absent: the metric counts none. */
  readonly openSessions?: number
  /** Points written by this process. */
  readonly pointsWritten?: number
}

export interface CheckpointStatus {
  /** 0: none yet. */
  readonly number: number
  readonly ageMs: number
  readonly bytes?: number
  /** How long taking the last one kept the loop from events. */
  readonly pauseMs?: number
  /** How long encoding it kept the thread, a little at a time. */
  readonly busyMs?: number
}

/** Records in the log that are not read yet. */
export const lagOf = ({ position, end }: PartitionStatus): number => Math.max(0, end - position)
