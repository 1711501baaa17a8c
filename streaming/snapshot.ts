// A job's whole state as bytes, and back. Codes mean nothing outside a process, so texts are saved with them.
import { createHash } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import type { Metric } from '../data/definitions/metric.ts'
import { RefusedError } from '../kit/errors.ts'
import type { Offsets } from '../stores/event-log/event-log.ts'
import type { Dictionary } from './decode/dictionary.ts'
import type { Job } from './job.ts'
import type { LedgerState } from './ledger.ts'
import type { CodeMap } from './window/aggregates/aggregate.ts'
import type { WindowState } from './window/metric-windows.ts'
import type { PartitionProgress } from './window/watermark.ts'

/** Raised whenever the shape of `Snapshot` changes. */
const FORMAT = 1

interface Snapshot {
  readonly format: number
  /** Next offsets to read. */
  readonly positions: Offsets
  readonly watermarks: { currentMs: number; partitions: readonly PartitionProgress[] }
  readonly ledger: LedgerState
  /** By field, the texts that ids in `windows` stand for. */
  readonly texts: ReadonlyMap<string, readonly string[]>
  readonly metrics: ReadonlyMap<
    string,
    { readonly signature: string; readonly windows: readonly WindowState[] }
  >
}

/** The state of the job, having processed everything before `positions`. */
export function saveJob(job: Job, positions: Offsets): Uint8Array {
  const texts = new SavedTexts()
  const metrics = new Map(
    job.windows.map((windows) => [
      windows.metric.name,
      { signature: signatureOf(windows.metric), windows: windows.save(texts.toId) },
    ]),
  )
  const snapshot: Snapshot = {
    format: FORMAT,
    positions: new Map(positions),
    watermarks: job.watermarks.snapshot(),
    ledger: job.ledger.snapshot(),
    texts: texts.byField,
    metrics,
  }
  return serialize(snapshot)
}

/** Puts a saved state into a job that has processed nothing; answers the positions to read on from. */
export function restoreJob(job: Job, bytes: Uint8Array): Offsets {
  const snapshot = deserialize(bytes) as Snapshot
  if (snapshot.format !== FORMAT) {
    refuse(`has format ${snapshot.format}, this version of windrow reads format ${FORMAT}`)
  }
  const toCode: CodeMap = (column, id) => {
    const text = snapshot.texts.get(column.dictionary.name)?.[id]
    if (text === undefined)
      throw new Error(`the checkpoint has no text ${id} of ${column.dictionary.name}`)
    return column.dictionary.codeOf(text)
  }
  for (const windows of job.windows) {
    const saved = snapshot.metrics.get(windows.metric.name)
    if (saved === undefined) refuse(`has no metric "${windows.metric.name}"`)
    if (saved.signature !== signatureOf(windows.metric)) {
      refuse(`is of another definition of the metric "${windows.metric.name}"`)
    }
    windows.load(saved.windows, toCode)
  }
  job.watermarks.restore(snapshot.watermarks)
  job.ledger.restore(snapshot.ledger)
  return snapshot.positions
}

/** Gives each (field, text) an id; only what the windows hold is saved. */
class SavedTexts {
  readonly byField = new Map<string, string[]>()
  readonly #ids = new Map<Dictionary, Map<number, number>>()

  readonly toId: CodeMap = ({ dictionary }, code) => {
    let ids = this.#ids.get(dictionary)
    if (ids === undefined) {
      ids = new Map()
      this.#ids.set(dictionary, ids)
      this.byField.set(dictionary.name, [])
    }
    const known = ids.get(code)
    if (known !== undefined) return known
    const id = ids.size
    ids.set(code, id)
    this.byField.get(dictionary.name)?.push(dictionary.textOf(code))
    return id
  }
}

/** Two definitions with one signature compute the same. */
function signatureOf({ name, where, by, window, values }: Metric): string {
  return createHash('sha256')
    .update(JSON.stringify({ name, where, by, window, values }))
    .digest('hex')
}

function refuse(what: string): never {
  throw new RefusedError(
    `The checkpoint ${what}.\n  Start a new job from the beginning of the log: npm run stream -- --from earliest`,
  )
}
