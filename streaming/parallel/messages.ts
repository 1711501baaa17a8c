// What the job's thread and its workers say to each other. Plain data, so that it can be posted.
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import type { PlacedBatch } from '../../stores/event-log/event-log.ts'
import type { Outbox } from '../checkpoint/outbox.ts'
import type { Texts } from '../decode/dictionary.ts'
import type { JobOptions } from '../job.ts'
import type { LedgerState } from '../ledger.ts'
import type { MetricState } from '../window/metric-windows.ts'
import type { Tick } from '../window/ticks.ts'
import type { PartitionProgress } from '../window/watermark.ts'
import type { Crated } from './crate.ts'
import type { SharedMemory } from './shared-ids.ts'

/** What a worker is started with. */
export interface WorkerSettings extends CrewSettings {
  /** Counted from 0. */
  readonly index: number
}

/** What all workers of a job are started with. */
export interface CrewSettings {
  readonly pipeline: Pipeline
  readonly topic: string
  readonly options: JobOptions
}

/** To a worker. It does them in the order in which they come. */
export type ToWorker = Rows | UseIds | UseCrate | ProcessBatches | Flush

/** Rows of the lookup table, which are new or take the place of others. */
export interface Rows {
  readonly kind: 'rows'
  readonly rows: readonly (readonly string[])[]
}

/** The memory that ids are in from now on. */
export interface UseIds {
  readonly kind: 'ids'
  readonly memory: SharedMemory
}

/** The memory of a crate from now on. */
export interface UseCrate {
  readonly kind: 'crate'
  readonly crate: number
  readonly memory: SharedArrayBuffer
}

/** Batches in a crate, or to be read, as much as fits in one. Answered with Done. */
export interface ProcessBatches {
  readonly kind: 'batches'
  readonly crate: number
  readonly batches: readonly ToProcess[]
}

export interface ToProcess {
  readonly batch: Crated | PlacedBatch
  /** The job's time, epoch milliseconds. */
  readonly nowMs: number
  /** The job's watermark: windows up to it are closed. */
  readonly closedMs: number
  /** What is known of the batch's partition, when the worker has had none of its batches before. */
  readonly state?: PartitionState
}

export interface PartitionState extends PartitionProgress {
  readonly ticks: readonly Tick[]
}

/** Answered with a Delta of everything processed since the one before. */
export interface Flush {
  readonly kind: 'flush'
}

export type FromWorker = Done | Delta

/** The batches are processed: what they count is in the next delta. The crate may be filled again. */
export interface Done {
  readonly kind: 'done'
  readonly crate: number
  /** How far their partitions are. */
  readonly reached: readonly PartitionProgress[]
}

/** What the job does not know of yet, of all batches processed since the delta before. */
export interface Delta {
  readonly kind: 'delta'
  readonly batchCount: number
  /** Fields whose texts are sent anew: ids of before mean nothing any more. */
  readonly forgotten: readonly string[]
  /** Of each metric, in the pipeline's order. Ids are places in the list of all texts sent of a field so far. */
  readonly windows: readonly MetricState[]
  /** Texts that were not sent before. */
  readonly texts: readonly FieldTexts[]
  readonly ledger: LedgerState
  /** Partitions that had events. */
  readonly progress: readonly PartitionProgress[]
  readonly ticks: readonly Tick[]
  readonly aside: Pick<Outbox, 'rejected' | 'late'>
  /** Events whose key had no row. */
  readonly unmatched: number
  /** Entries in the worker's region of the shared ids. */
  readonly idCount: number
}

export interface FieldTexts {
  readonly field: string
  readonly texts: Texts
}

/**
 * The same with each array in a buffer of its own: posted, an array takes with it all that its buffer has beside it, which
 * may be the most of it.
 */
export function unboxed<T>(value: T): T {
  return unboxedAny(value) as T
}

function unboxedAny(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value)) return isWhole(value) ? value : copied(value)
  if (Array.isArray(value)) return value.map(unboxedAny)
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, unboxedAny(one)]))
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unboxedAny(one)]))
}

/** Buffers that a message takes with it instead of copying them: those that its arrays fill, and so nobody else has. */
export function transferablesOf(message: FromWorker): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>()
  collect(message, found)
  return [...found]
}

function collect(value: unknown, found: Set<ArrayBuffer>): void {
  if (typeof value !== 'object' || value === null) return
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && isWhole(value)) found.add(value.buffer)
  } else if (value instanceof Map) for (const one of value.values()) collect(one, found)
  else for (const one of Object.values(value)) collect(one, found)
}

const isWhole = ({ buffer, byteLength }: ArrayBufferView): boolean =>
  buffer.byteLength === byteLength

type ArrayOf = new (bytes: ArrayBufferLike) => ArrayBufferView

function copied(view: ArrayBufferView): ArrayBufferView {
  const { buffer, byteOffset, byteLength } = view
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength)
  // Also of a Buffer, which has no constructor any more.
  if (view instanceof Uint8Array) return new Uint8Array(bytes)
  return new (view.constructor as ArrayOf)(bytes)
}
