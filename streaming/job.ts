// The path of an event: decode → enrich → window. Pure and synchronous: batches in, points out; no clock, no stores.
import { stepsOf } from '../data/definitions/nodes.ts'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import type { Point } from '../data/point.ts'
import type { RecordBatch } from '../stores/event-log/event-log.ts'
import { Columns } from './decode/columns.ts'
import { type DecodeLimits, Decoder, type RejectedRecord } from './decode/decode.ts'
import { Dictionary } from './decode/dictionary.ts'
import { usedFields } from './decode/fields.ts'
import type { AvroDecoder } from './decode/value.ts'
import { LookupTable } from './enrich/lookup-table.ts'
import { CodesInUse, Renewed, TEXTS_AT_ONCE, TextLimits } from './forgetting.ts'
import { Ledger, type LedgerEntry } from './ledger.ts'
import { Fates } from './window/fates.ts'
import type { MetricWindows } from './window/metric-windows.ts'
import { PipelineWindows } from './window/pipeline-windows.ts'
import { RecentIds } from './window/recent-ids.ts'
import { Ticks } from './window/ticks.ts'
import { isClosed, runningWatermarks, Watermarks } from './window/watermark.ts'

export interface JobOptions extends DecodeLimits {
  /** How far behind the latest event of its partition an event may be and still be on time. */
  readonly disorderMs: number
  /** Dictionaries with no more texts forget none. Default: TEXTS_MIN. */
  readonly textsMin?: number
  /** Texts copied in one turn when others are forgotten. Default: TEXTS_AT_ONCE. */
  readonly textsAtOnce?: number
}

/** What makes an event that comes twice count once: see RecentIds. */
export type IdMemory = Pick<RecentIds, 'mark' | 'expire' | 'snapshot' | 'restore'>

/** An event that came after one of its windows could change no more, by its index in the batch. */
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

type Dictionaries = ReadonlyMap<string, Dictionary>

/** What knows codes. */
interface Parts {
  readonly columns: Columns
  readonly decoder: Decoder
  readonly windows: PipelineWindows
}

export class Job {
  readonly pipeline: Pipeline
  readonly disorderMs: number
  readonly table: LookupTable
  readonly watermarks: Watermarks
  readonly ledger = new Ledger()
  readonly ticks = new Ticks()
  /** Undefined: an event that comes twice counts twice. */
  readonly recentIds: IdMemory | undefined
  readonly #newParts: (dictionaries: Dictionaries) => Parts
  readonly #limits: TextLimits
  readonly #textsAtOnce: number
  /** Dictionaries that are being filled to take the place of others. */
  #renewed: Renewed | undefined
  #parts: Parts
  #renewals = 0
  readonly #fates = new Fates()
  /** Some events can change a window for longer than their ids are remembered. */
  readonly #hasLongWindows: boolean
  #watermarksMs = new Float64Array(0)

  /** `ids`: what knows the ids of events that were counted, where they count once. */
  constructor(
    pipeline: Pipeline,
    options: JobOptions,
    avro: AvroDecoder,
    ids: IdMemory = new RecentIds(),
  ) {
    this.pipeline = pipeline
    this.disorderMs = options.disorderMs
    const countsOnce = pipeline.duplicates === 'once'
    this.recentIds = countsOnce ? ids : undefined
    this.#hasLongWindows = pipeline.metrics.some(
      ({ window, allowedLatenessMs }) =>
        stepsOf(window).sizeMs + allowedLatenessMs > pipeline.duplicatesWithinMs,
    )
    this.watermarks = new Watermarks(options.disorderMs)
    this.#limits = new TextLimits(options.textsMin)
    this.#textsAtOnce = options.textsAtOnce ?? TEXTS_AT_ONCE
    this.#newParts = (dictionaries) => newParts(pipeline, options, avro, dictionaries)
    const { text } = usedFields(pipeline)
    const dictionaries = new Map([...text].map((name) => [name, new Dictionary(name)]))
    this.#parts = this.#newParts(dictionaries)
    const { key, fields } = pipeline.enrichment
    const looked = fields.map(
      (name) => [name, dictionaries.get(name) ?? new Dictionary(name)] as const,
    )
    this.table = new LookupTable(key, this.#columns.textColumn(key).dictionary, new Map(looked))
  }

  /** Others, with the same state, once texts were forgotten. */
  get windows(): readonly MetricWindows[] {
    return this.#parts.windows.metrics
  }

  /** How often texts were forgotten: codes of before mean others. */
  get renewals(): number {
    return this.#renewals
  }

  /** Texts in memory, but for those of the lookup table. */
  get textCount(): number {
    return this.#forgetful.reduce((sum, { size }) => sum + size, 0)
  }

  /** Takes a batch through decode, enrich and window, and moves its partition's watermark. */
  process(batch: RecordBatch, nowMs: number): SetAsideRecords {
    const columns = this.#columns
    const rejected = this.#parts.decoder.decode(batch, nowMs)
    this.table.enrich(columns)
    this.#fates.reset(columns.count)
    const maxTimeMs = this.#runWatermarks(batch)
    this.#fold(batch)
    // Records that are no events say nothing of time: they do not make an idle partition active.
    if (columns.count > 0) this.watermarks.observe(batch.partition, maxTimeMs)
    return { eventCount: columns.count, rejected, late: this.#book(batch, rejected) }
  }

  /**
   * Closes what the watermark has reached; the points of the closed windows. Where many sessions are over, only about `most`
   * are counted, and windows that wait for the others are for the next time.
   */
  closeWindows(most = Number.POSITIVE_INFINITY): Point[] {
    const watermarkMs = this.watermarks.advance()
    this.recentIds?.expire(watermarkMs)
    const points = this.#parts.windows.closeThrough(watermarkMs, most)
    this.forgetTexts(this.#textsAtOnce)
    return points
  }

  /** Sessions are over that `closeWindows` has left for the next time. */
  get isBehind(): boolean {
    return this.#parts.windows.isBehind(this.watermarks.currentMs)
  }

  /**
   * Forgets texts that nothing holds any more, where they are many; answers of which fields. Between batches. About `most`
   * of those that are held are copied, the others the next time.
   */
  forgetTexts(most = Number.POSITIVE_INFINITY): readonly string[] {
    this.#renewed ??= this.#beginForgetting()
    const renewed = this.#renewed
    if (renewed?.copy(most) !== true) return []
    this.#renewed = undefined
    const dictionaries = [...this.#columns.text].map(
      ([name, { dictionary }]) => [name, renewed.insteadOf(dictionary)] as const,
    )
    const { windows } = this.#parts
    this.#parts = this.#newParts(new Map(dictionaries))
    this.#parts.windows.moveFrom(windows, renewed)
    this.#renewals++
    return renewed.fields
  }

  /** Undefined: no dictionary has too many texts that nothing holds. */
  #beginForgetting(): Renewed | undefined {
    const reached = this.#forgetful.filter((one) => this.#limits.isReached(one))
    if (reached.length === 0) return undefined
    const inUse = new CodesInUse()
    this.#parts.windows.note(inUse.note)
    const renewed = new Renewed()
    for (const dictionary of reached) {
      const codes = inUse.of(dictionary)
      if (this.#limits.judge(dictionary, codes.length)) renewed.add(dictionary, codes)
    }
    return renewed.fields.length === 0 ? undefined : renewed
  }

  get #columns(): Columns {
    return this.#parts.columns
  }

  /** All but those that the lookup table has a part in, which are as large as it is. */
  get #forgetful(): Dictionary[] {
    const { key, fields } = this.pipeline.enrichment
    return [...this.#columns.text].flatMap(([name, { dictionary }]) =>
      name === key || fields.includes(name) ? [] : [dictionary],
    )
  }

  /** Whether `closeWindows` would close a window, or make one final. */
  get wouldCloseWindows(): boolean {
    const watermarkMs = this.watermarks.nextMs
    return this.windows.some((windows) => isClosed(windows.nextChangeMs, watermarkMs))
  }

  /**
   * The points of windows that are still open, as they stand; they stay open, and their final points replace these. None
   * where only the largest groups are written: one of these may be none of those, and nothing would replace it.
   */
  openPoints(): Point[] {
    return this.windows.flatMap((windows) =>
      windows.metric.top === undefined ? windows.openPoints() : [],
    )
  }

  /** End of the last open window of any metric; -Infinity when none is open. */
  get lastEndMs(): number {
    return Math.max(Number.NEGATIVE_INFINITY, ...this.windows.map((windows) => windows.lastEndMs))
  }

  /** The watermark of the batch's partition before each of its events; answers the largest event time after it. */
  #runWatermarks(batch: RecordBatch): number {
    const { timeMs, count, record } = this.#columns
    if (count > this.#watermarksMs.length) this.#watermarksMs = new Float64Array(count)
    const maxTimeMs = runningWatermarks(
      timeMs,
      count,
      this.watermarks.maxTimeMsOf(batch.partition),
      this.disorderMs,
      this.#watermarksMs,
    )
    this.ticks.raise(batch.partition, batch.offsets, record, count, this.#watermarksMs)
    return maxTimeMs
  }

  #fold({ partition, offsets }: RecordBatch): void {
    const columns = this.#columns
    const fates = this.#fates
    const closedMs = this.watermarks.currentMs
    this.#parts.windows.choose({ watermarksMs: this.#watermarksMs, closedMs }, fates)
    if (this.#hasLongWindows)
      fates.rememberWithin(
        this.pipeline.duplicatesWithinMs,
        this.#columns.timeMs,
        this.#columns.count,
      )
    if (fates.byTick) this.ticks.add({ partition, offset: offsets[0], watermarkMs: closedMs })
    this.recentIds?.mark(columns.ids, columns.count, fates)
    this.#parts.windows.fold(fates)
  }

  /** Enters the batch into the ledger; answers its late events. */
  #book(batch: RecordBatch, rejected: readonly RejectedRecord[]): LateRecord[] {
    const { partition } = batch
    if (batch.count > 0) this.ledger.beginAt(partition, batch.offsets[0])
    const entry = this.ledger.of(partition)
    const late = this.#fates.hasLate ? this.#bookLate(partition) : []
    entry.read += batch.count
    entry.rejected += rejected.length
    entry.late += late.length
    this.#bookCounts(entry, late.length)
    for (const { rejection } of rejected) this.ledger.addReason(rejection.reason)
    return late
  }

  /** Late events, by how late they were; those that correct a window are entered, too. */
  #bookLate(partition: number): LateRecord[] {
    const { counted, duplicate, lateByMs, correctsByMs } = this.#fates
    const late: LateRecord[] = []
    for (let row = 0; row < this.#columns.count; row++) {
      if (duplicate[row] === 1 || (lateByMs[row] < 0 && correctsByMs[row] < 0)) continue
      this.ledger.addLate(partition, lateByMs[row], correctsByMs[row])
      if (lateByMs[row] < 0) continue
      late.push({ index: this.#columns.record[row], lateByMs: lateByMs[row] })
      // Too late for one metric it is late, whatever others do with it.
      counted[row] = 0
    }
    return late
  }

  /** Every event that is neither counted nor late nor a duplicate is one that no metric asks for. */
  #bookCounts(entry: LedgerEntry, lateCount: number): void {
    const { counted, duplicate } = this.#fates
    const { count } = this.#columns
    let countedCount = 0
    let duplicateCount = 0
    for (let row = 0; row < count; row++) {
      duplicateCount += duplicate[row]
      countedCount += counted[row] & (duplicate[row] ^ 1)
    }
    entry.counted += countedCount
    entry.duplicates += duplicateCount
    entry.filtered += count - countedCount - duplicateCount - lateCount
  }
}

function newParts(
  pipeline: Pipeline,
  limits: DecodeLimits,
  avro: AvroDecoder,
  dictionaries: Dictionaries,
): Parts {
  const { schema, metrics } = pipeline
  const numbers = [...usedFields(pipeline).numbers]
  const columns = new Columns(dictionaries, numbers, { hasIds: pipeline.duplicates === 'once' })
  return {
    columns,
    decoder: new Decoder(schema, columns, limits, avro),
    windows: new PipelineWindows(metrics, schema, columns),
  }
}
