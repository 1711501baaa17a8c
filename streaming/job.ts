// The path of an event: decode → enrich → window. Pure and synchronous: batches in, points out; no clock, no stores.
import type { Pipeline } from '../data/definitions/pipeline.ts'
import type { Point } from '../data/point.ts'
import type { RecordBatch } from '../stores/event-log/event-log.ts'
import { Columns } from './decode/columns.ts'
import { type DecodeLimits, Decoder, type RejectedRecord } from './decode/decode.ts'
import { Dictionary } from './decode/dictionary.ts'
import type { AvroDecoder } from './decode/value.ts'
import { LookupTable } from './enrich/lookup-table.ts'
import { usedFields } from './fields.ts'
import { Ledger } from './ledger.ts'
import { MetricWindows, type Outcomes } from './window/metric-windows.ts'
import { isClosed, runningWatermarks, Watermarks } from './window/watermark.ts'

export interface JobOptions extends DecodeLimits {
  /** How far behind the latest event of its partition an event may be and still be on time. */
  readonly disorderMs: number
}

/** An event that came after its window had closed, by its index in the batch. */
export interface LateRecord {
  readonly index: number
  readonly lateByMs: number
}

/** What a batch held besides counted events. */
export interface SetAsideRecords {
  /** How many of its records are events, late ones too. */
  readonly eventCount: number
  readonly rejected: readonly RejectedRecord[]
  readonly late: readonly LateRecord[]
}

export class Job {
  readonly pipeline: Pipeline
  readonly table: LookupTable
  readonly watermarks: Watermarks
  readonly ledger = new Ledger()
  readonly windows: readonly MetricWindows[]
  readonly #columns: Columns
  readonly #decoder: Decoder
  readonly #disorderMs: number
  #watermarksMs = new Float64Array(0)
  #outcomes: Outcomes = { counted: new Uint8Array(0), lateByMs: new Float64Array(0) }

  constructor(pipeline: Pipeline, options: JobOptions, avro: AvroDecoder) {
    this.pipeline = pipeline
    this.#disorderMs = options.disorderMs
    const used = usedFields(pipeline)
    const dictionaries = new Map([...used.text].map((name) => [name, new Dictionary(name)]))
    this.#columns = new Columns(dictionaries, [...used.numbers])
    this.#decoder = new Decoder(pipeline.schema, this.#columns, options, avro)
    this.watermarks = new Watermarks(options.disorderMs)
    this.windows = pipeline.metrics.map(
      (metric) => new MetricWindows(metric, pipeline.schema, this.#columns),
    )
    const { key, fields } = pipeline.enrichment
    const looked = fields.map(
      (name) => [name, dictionaries.get(name) ?? new Dictionary(name)] as const,
    )
    this.table = new LookupTable(key, this.#columns.textColumn(key).dictionary, new Map(looked))
  }

  /** Takes a batch through decode, enrich and window, and moves its partition's watermark. */
  process(batch: RecordBatch, nowMs: number): SetAsideRecords {
    const columns = this.#columns
    const rejected = this.#decoder.decode(batch, nowMs)
    this.table.enrich(columns)
    this.#prepare(columns.count)
    const { partition } = batch
    const maxTimeMs = runningWatermarks(
      columns.timeMs,
      columns.count,
      this.watermarks.maxTimeMsOf(partition),
      this.#disorderMs,
      this.#watermarksMs,
    )
    for (const windows of this.windows) {
      windows.fold(columns, this.#watermarksMs, this.watermarks.currentMs, this.#outcomes)
    }
    // Records that are no events say nothing of time: they do not make an idle partition active.
    if (columns.count > 0) this.watermarks.observe(partition, maxTimeMs)
    return { eventCount: columns.count, rejected, late: this.#book(batch, rejected) }
  }

  /** Closes what the watermark has reached; the points of the closed windows. */
  closeWindows(): Point[] {
    const watermarkMs = this.watermarks.advance()
    return this.windows.flatMap((windows) => windows.closeThrough(watermarkMs))
  }

  /** Whether `closeWindows` would close one. */
  get wouldCloseWindows(): boolean {
    const watermarkMs = this.watermarks.nextMs
    return this.windows.some((windows) => isClosed(windows.firstEndMs, watermarkMs))
  }

  /** The points of windows that are still open, as they stand; they stay open. */
  openPoints(): Point[] {
    return this.windows.flatMap((windows) => windows.openPoints())
  }

  /** End of the last open window of any metric; -Infinity when none is open. */
  get lastEndMs(): number {
    return Math.max(Number.NEGATIVE_INFINITY, ...this.windows.map((windows) => windows.lastEndMs))
  }

  #prepare(count: number): void {
    if (count > this.#watermarksMs.length) {
      this.#watermarksMs = new Float64Array(count)
      this.#outcomes = { counted: new Uint8Array(count), lateByMs: new Float64Array(count) }
    }
    this.#outcomes.counted.fill(0, 0, count)
    this.#outcomes.lateByMs.fill(-1, 0, count)
  }

  /** Enters the batch into the ledger; answers its late events. */
  #book(batch: RecordBatch, rejected: readonly RejectedRecord[]): LateRecord[] {
    const entry = this.ledger.of(batch.partition)
    const { counted, lateByMs } = this.#outcomes
    const late: LateRecord[] = []
    for (let row = 0; row < this.#columns.count; row++) {
      if (lateByMs[row] >= 0)
        late.push({ index: this.#columns.record[row], lateByMs: lateByMs[row] })
      else if (counted[row] === 1) entry.counted++
      else entry.filtered++
    }
    entry.read += batch.count
    entry.rejected += rejected.length
    entry.late += late.length
    for (const { rejection } of rejected) this.ledger.addReason(rejection.reason)
    return late
  }
}
