// A job's whole state as bytes, and back. Codes mean nothing outside a process, so texts are saved with them. Metrics
// are told apart: one whose definition changed is left out, the others go on.
import { createHash } from 'node:crypto'
import type { Metric } from '../../data/definitions/metric.ts'
import type { Offsets } from '../../stores/event-log/event-log.ts'
import type { Dictionary, Texts } from '../decode/dictionary.ts'
import type { Job } from '../job.ts'
import type { LedgerState } from '../ledger.ts'
import type { CodeMap } from '../window/aggregates/aggregate.ts'
import type { WindowState } from '../window/metric-windows.ts'
import type { RecentIdsState } from '../window/recent-ids.ts'
import type { Tick } from '../window/ticks.ts'
import type { PartitionProgress } from '../window/watermark.ts'
import type { Outbox } from './outbox.ts'
import { packing, unpack } from './pack.ts'

/** Raised whenever the shape of `Snapshot` changes. */
const FORMAT = 6

/** What belongs to a job's state besides what it counts. */
export interface Place {
  /** Next offsets to read. */
  readonly positions: Offsets
  readonly outbox: Outbox
  /** When it was saved, epoch milliseconds: the job's clock never goes back behind it. */
  readonly savedAtMs: number
}

export interface Snapshot extends Place {
  readonly disorderMs: number
  readonly watermarks: { currentMs: number; partitions: readonly PartitionProgress[] }
  readonly ticks: readonly Tick[]
  readonly ledger: LedgerState
  readonly recentIds: RecentIdsState | undefined
  /** By field, the texts that ids in `windows` stand for. */
  readonly texts: ReadonlyMap<string, Texts>
  readonly metrics: ReadonlyMap<
    string,
    { readonly signature: string; readonly windows: readonly WindowState[] }
  >
}

/** A job's state, copied: the job may go on while it is encoded. */
export interface Captured {
  readonly snapshot: Omit<Snapshot, 'texts'>
  readonly texts: SavedTexts
}

/** The state of the job, having processed everything before `place.positions`; of its metrics only those of `all`. */
export function captureJob(job: Job, place: Place, all = job.windows): Captured {
  const texts = new SavedTexts()
  const metrics = new Map(
    all.map((windows) => [
      windows.metric.name,
      { signature: signatureOf(windows.metric), windows: windows.save(texts.note) },
    ]),
  )
  const snapshot = {
    positions: new Map(place.positions),
    outbox: place.outbox,
    savedAtMs: place.savedAtMs,
    disorderMs: job.disorderMs,
    watermarks: job.watermarks.snapshot(),
    ticks: job.ticks.snapshot(),
    ledger: job.ledger.snapshot(),
    recentIds: job.recentIds?.snapshot(),
    metrics,
  }
  return { snapshot, texts }
}

/** Yields between slices of a few milliseconds; answers the bytes of the checkpoint. */
export function* encoding({ snapshot, texts }: Captured): Generator<void, Uint8Array> {
  yield* texts.turnIntoIds()
  return yield* packing({ ...snapshot, texts: texts.byField() } satisfies Snapshot, FORMAT)
}

/** As `captureJob`, as bytes, at once. */
export function saveJob(job: Job, place: Place, all = job.windows): Uint8Array {
  const steps = encoding(captureJob(job, place, all))
  while (true) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** What a checkpoint holds; undefined when another version of windrow wrote it. */
export const readSnapshot = (bytes: Uint8Array): Snapshot | undefined =>
  unpack(bytes, FORMAT) as Snapshot | undefined

/** Puts a saved state into a job that has processed nothing; answers the metrics that it does not hold as they are now. */
export function restoreJob(job: Job, snapshot: Snapshot): Metric[] {
  const changed: Metric[] = []
  const toCodes = savedCodes(snapshot)
  for (const windows of job.windows) {
    const saved = snapshot.metrics.get(windows.metric.name)
    if (saved?.signature !== signatureOf(windows.metric)) changed.push(windows.metric)
    else windows.absorb(saved.windows, toCodes)
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
  const toCodes = savedCodes(snapshot)
  for (const windows of job.windows) {
    const saved = snapshot.metrics.get(windows.metric.name)
    if (saved !== undefined) windows.absorb(saved.windows, toCodes)
  }
  job.watermarks.raiseTo(snapshot.watermarks.currentMs)
  if (snapshot.recentIds !== undefined) job.recentIds?.restore(snapshot.recentIds)
}

/** Ids of a snapshot → codes of the job it is loaded into. */
function savedCodes({ texts }: Snapshot): CodeMap {
  const codesOfField = new Map<Dictionary, Int32Array>()
  return ({ dictionary }, ids) => {
    let codes = codesOfField.get(dictionary)
    if (codes === undefined) {
      const saved = texts.get(dictionary.name)
      codes = saved === undefined ? new Int32Array(0) : dictionary.codesOf(saved)
      codesOfField.set(dictionary, codes)
    }
    const found = new Int32Array(ids.length)
    for (let i = 0; i < ids.length; i++) found[i] = codes[ids[i]]
    return found
  }
}

/** Codes turned into ids in one slice. */
const SLICE_CODES = 1 << 16

/** Gives each (field, text) an id; only what the windows hold is saved. */
class SavedTexts {
  readonly #noted: {
    readonly dictionary: Dictionary
    readonly codes: Int32Array
    readonly ids: Int32Array
  }[] = []
  /** By dictionary: the id of each code and one more, as 0 is none yet; and the code of each id. */
  readonly #ids = new Map<Dictionary, { readonly idOf: Int32Array; readonly codes: number[] }>()

  /** The ids are filled in later: what a code stands for never changes. */
  readonly note: CodeMap = ({ dictionary }, codes) => {
    const ids = new Int32Array(codes.length)
    this.#noted.push({ dictionary, codes, ids })
    return ids
  };

  *turnIntoIds(): Generator<void> {
    for (const { dictionary, codes, ids } of this.#noted) {
      for (let from = 0; from < codes.length; from += SLICE_CODES) {
        const slice = codes.subarray(from, from + SLICE_CODES)
        this.#turn(dictionary, slice, ids.subarray(from))
        if (codes.length > SLICE_CODES) yield
      }
    }
  }

  byField(): Map<string, Texts> {
    return new Map(
      [...this.#ids].map(([dictionary, { codes }]) => [
        dictionary.name,
        dictionary.textsOf(Int32Array.from(codes)),
      ]),
    )
  }

  #turn(dictionary: Dictionary, codes: Int32Array, ids: Int32Array): void {
    let own = this.#ids.get(dictionary)
    if (own === undefined) {
      // Codes noted before now are below its size.
      own = { idOf: new Int32Array(dictionary.size), codes: [] }
      this.#ids.set(dictionary, own)
    }
    const { idOf, codes: known } = own
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i]
      if (idOf[code] === 0) idOf[code] = known.push(code)
      ids[i] = idOf[code] - 1
    }
  }
}

/** Two definitions with one signature compute the same. */
export function signatureOf({
  name,
  where,
  by,
  window,
  values,
  allowedLatenessMs,
}: Metric): string {
  return createHash('sha256')
    .update(JSON.stringify({ name, where, by, window, values, allowedLatenessMs }))
    .digest('hex')
}
