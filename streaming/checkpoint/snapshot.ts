// A job's whole state, copied out of it and put into another. Metrics are told apart: one whose definition changed is left
// out, the others go on.
import type { Metric } from '../../data/definitions/metric.ts'
import type { Offsets } from '../../stores/event-log/event-log.ts'
import type { Dictionary } from '../decode/dictionary.ts'
import type { Job } from '../job.ts'
import type { LedgerState } from '../ledger.ts'
import type { WindowState } from '../window/metric-windows.ts'
import type { RecentIdsState } from '../window/recent-ids.ts'
import type { SideTable } from '../window/side-table.ts'
import type { Tick } from '../window/ticks.ts'
import type { PartitionProgress } from '../window/watermark.ts'
import type { Outbox } from './outbox.ts'
import { codesOfNow, type TextsByField } from './texts.ts'

/** What belongs to a job's state besides what it counts. */
export interface Place {
  /** Next offsets to read. */
  readonly positions: Offsets
  readonly outbox: Outbox
  /** When it was saved, epoch milliseconds: the job's clock never goes back behind it. */
  readonly savedAtMs: number
}

/** What is saved anew each time. */
export interface Progress extends Place {
  readonly disorderMs: number
  readonly watermarks: { currentMs: number; partitions: readonly PartitionProgress[] }
  readonly ticks: readonly Tick[]
  readonly ledger: LedgerState
}

/** By name of the metric. */
export type Metrics<Window, Table> = ReadonlyMap<string, Saved<Window, Table>>

export interface Saved<Window, Table> {
  readonly signature: string
  readonly windows: readonly Window[]
  readonly tables: Readonly<Record<string, Table>>
}

export interface Snapshot extends Progress {
  readonly recentIds: RecentIdsState | undefined
  /** Of the codes in `metrics`. */
  readonly texts: TextsByField
  readonly metrics: Metrics<WindowState, SideTable>
}

/** A job's state, copied: the job may go on while it is encoded. */
export interface Captured extends Omit<Snapshot, 'texts'> {
  /** Whose codes the arrays in `metrics` hold. */
  readonly dictionaryOf: ReadonlyMap<Int32Array, Dictionary>
  /** Those of the job: states with another number have codes of their own. */
  readonly renewals: number
}

/** The state of the job, having processed everything before `place.positions`; of its metrics only those of `all`. */
export function captureJob(job: Job, place: Place, all = job.windows): Captured {
  const dictionaryOf = new Map<Int32Array, Dictionary>()
  const note = ({ dictionary }: { readonly dictionary: Dictionary }, codes: Int32Array) => {
    dictionaryOf.set(codes, dictionary)
    return codes
  }
  const metrics = new Map(
    all.map((windows) => [
      windows.metric.name,
      { signature: signatureOf(windows.metric), ...windows.save(note) },
    ]),
  )
  return {
    positions: new Map(place.positions),
    outbox: place.outbox,
    savedAtMs: place.savedAtMs,
    disorderMs: job.disorderMs,
    watermarks: job.watermarks.snapshot(),
    ticks: job.ticks.snapshot(),
    ledger: job.ledger.snapshot(),
    recentIds: job.recentIds?.snapshot(),
    metrics,
    dictionaryOf,
    renewals: job.renewals,
  }
}

/** Puts a saved state into a job that has processed nothing; answers the metrics that it does not hold as they are now. */
export function restoreJob(job: Job, snapshot: Snapshot): Metric[] {
  const changed: Metric[] = []
  const toCodes = codesOfNow(snapshot.texts)
  for (const windows of job.windows) {
    const saved = snapshot.metrics.get(windows.metric.name)
    if (saved?.signature !== signatureOf(windows.metric)) changed.push(windows.metric)
    else windows.absorb(saved, toCodes)
  }
  job.watermarks.restore(snapshot.watermarks)
  // Ticks were made with the disorder of then.
  if (snapshot.disorderMs === job.disorderMs) job.ticks.restore(snapshot.ticks)
  job.ledger.add(snapshot.ledger)
  if (snapshot.recentIds !== undefined) job.recentIds?.restore(snapshot.recentIds)
  return changed
}

/** Adds the metrics of `snapshot`, which has read as far, to a job that was restored without them. */
export function adoptMetrics(job: Job, snapshot: Snapshot): void {
  const toCodes = codesOfNow(snapshot.texts)
  for (const windows of job.windows) {
    const saved = snapshot.metrics.get(windows.metric.name)
    if (saved !== undefined) windows.absorb(saved, toCodes)
  }
  job.watermarks.raiseTo(snapshot.watermarks.currentMs)
  if (snapshot.recentIds !== undefined) job.recentIds?.restore(snapshot.recentIds)
}

/** The parts of a definition that decide what it computes. */
export type Computed = Pick<
  Metric,
  'name' | 'where' | 'by' | 'window' | 'values' | 'allowedLatenessMs' | 'top' | 'zerosForMs'
>

/** Two definitions with one signature compute the same. It is the definition itself, so that what changed can be told. */
export function signatureOf({
  name,
  where,
  by,
  window,
  values,
  allowedLatenessMs,
  top,
  zerosForMs,
}: Computed): string {
  return JSON.stringify({ name, where, by, window, values, allowedLatenessMs, top, zerosForMs })
}

/** The definition of a signature; undefined: it was made by an older version, of which it is a hash. */
export const definitionOf = (signature: string): Computed | undefined =>
  signature.startsWith('{') ? (JSON.parse(signature) as Computed) : undefined
