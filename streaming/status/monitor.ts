// Knows what the job is doing, for those who ask: puts together what its parts tell of themselves.
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import type { Clock } from '../../kit/clock.ts'
import { Durations } from '../../kit/duration-counts.ts'
import type { Log } from '../../kit/log.ts'
import type { RetryContext } from '../../kit/retry.ts'
import { Waits } from '../../kit/waits.ts'
import type { Lease } from '../../stores/checkpoints/checkpoint-store.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { Job } from '../job.ts'
import type { Crew } from '../parallel/crew.ts'
import type { TableRefresher } from '../refresh.ts'
import type { Turns } from '../turn.ts'
import type { EnrichmentStatus, JobStatus, LeaseStatus, PartitionStatus, Phase } from './status.ts'
import { windowsStatus } from './windows.ts'

/** The parts of an instance, as far as they exist. */
interface Parts {
  readonly job?: Job
  readonly crew?: Crew
  readonly refresher?: TableRefresher
  readonly lease?: Lease
  readonly delivery?: Delivery
  readonly turns?: Turns
}

export class Monitor {
  readonly #pipeline: Pipeline
  readonly #topic: string
  readonly #clock: Clock
  readonly #waits: Waits
  readonly #durations = new Durations()
  readonly #startedMs: number
  #aliveMs: number
  #phase: Phase = 'starting'
  #holder: string | undefined
  #failure: string | undefined
  #stores: Readonly<Record<string, string>> = {}
  #parts: Parts = {}

  constructor(pipeline: Pipeline, topic: string, clock: Clock, log: Log) {
    this.#pipeline = pipeline
    this.#topic = topic
    this.#clock = clock
    this.#waits = new Waits(log, clock)
    this.#startedMs = clock.monotonicMs()
    this.#aliveMs = this.#startedMs
  }

  /** How all of the job waits for stores. */
  retry(log: Log, signal: AbortSignal): RetryContext {
    const onAttempt = () => this.alive()
    return { clock: this.#clock, log, signal, waits: this.#waits, onAttempt }
  }

  /** It does something; with a duration: a turn with a batch took so long. */
  alive(turnMs?: number): void {
    this.#aliveMs = this.#clock.monotonicMs()
    if (turnMs !== undefined) this.#durations.observe(turnMs)
  }

  enter(phase: Phase): void {
    this.#phase = phase
    this.alive()
  }

  /** Another instance works. */
  standBy(holder: string): void {
    this.#holder = holder
    this.enter('standby')
  }

  failed(error: unknown): void {
    this.#failure = error instanceof Error ? error.message : String(error)
    this.#phase = 'failed'
  }

  uses(stores: Readonly<Record<string, string>>): void {
    this.#stores = stores
  }

  /** A new instance begins with none of the parts of the one before. */
  begin(): void {
    this.#parts = {}
  }

  watch(parts: Parts): void {
    this.#parts = { ...this.#parts, ...parts }
  }

  status(): JobStatus {
    const nowMs = this.#clock.monotonicMs()
    const { job, crew, delivery, turns } = this.#parts
    return {
      pipeline: this.#pipeline.name,
      topic: this.#topic,
      phase: this.#phase,
      uptimeMs: nowMs - this.#startedMs,
      // Who stands by has nothing to do.
      quietMs: this.#phase === 'standby' ? 0 : nowMs - this.#aliveMs,
      waitingFor: this.#waits.now(),
      waitedFor: this.#waits.past(),
      stores: this.#stores,
      lease: this.#lease(),
      turns: this.#durations,
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
      ...(job && this.#ofJob(job)),
      ...(crew && { workers: crew.status() }),
      ...(job && turns && { partitions: partitionsOf(job, turns), idleAfterMs: turns.idleAfterMs }),
      ...(delivery && {
        checkpoint: {
          number: delivery.last.number,
          ageMs: nowMs - delivery.last.savedAtMs,
          bytes: delivery.last.sizeBytes,
          pauseMs: delivery.last.pauseMs,
          busyMs: delivery.last.busyMs,
        },
      }),
    }
  }

  #ofJob(job: Job): Partial<JobStatus> {
    return {
      enrichment: this.#enrichment(job),
      rejectedByReason: Object.fromEntries(job.ledger.reasons),
      watermarkEpochMs: finite(job.watermarks.currentMs),
      watermarkHolder: job.watermarks.holder ?? null,
      disorderMs: job.disorderMs,
      metrics: job.windows.map(({ metric, summaries, openSessions }) => ({
        metric: metric.name,
        ...windowsStatus(summaries),
        ...(openSessions === undefined ? {} : { openSessions }),
        pointsWritten: this.#parts.delivery?.writtenOf(metric.name) ?? 0,
      })),
    }
  }

  #lease(): LeaseStatus {
    const { lease } = this.#parts
    if (lease !== undefined)
      return { state: lease.lost.aborted ? 'lost' : 'held', epoch: lease.epoch }
    return { state: 'waiting', ...(this.#holder === undefined ? {} : { holder: this.#holder }) }
  }

  #enrichment(job: Job): EnrichmentStatus {
    const staleMs = this.#parts.refresher?.staleMs
    return {
      table: this.#pipeline.enrichment.table,
      rows: job.table.rowCount,
      unmatched: job.table.unmatched,
      ...(staleMs === undefined ? {} : { staleMs }),
    }
  }
}

function partitionsOf(job: Job, turns: Turns): PartitionStatus[] {
  return [...turns.ends].map(([partition, end]) => ({
    partition,
    ...job.ledger.of(partition),
    position: turns.positions.get(partition) ?? 0,
    end,
    watermarkEpochMs: finite(job.watermarks.maxTimeMsOf(partition) - job.disorderMs),
    isIdle: job.watermarks.isIdle(partition),
    quietMs: turns.quietMsOf(partition),
    corrected: job.ledger.latenessOf(partition).corrected,
    lateness: job.ledger.latenessOf(partition).histogram,
  }))
}

const finite = (ms: number): number | null => (Number.isFinite(ms) ? ms : null)
