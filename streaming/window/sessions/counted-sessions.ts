// Sessions that are over, as events of ordinary tumbling windows: each in the one that its last event is in.
import type { Metric } from '../../../data/definitions/metric.ts'
import { type SessionsNode, stepsOf } from '../../../data/definitions/nodes.ts'
import { sessionSchema } from '../../../data/definitions/sessions.ts'
import type { EventSchema } from '../../../data/schema.ts'
import { Columns } from '../../decode/columns.ts'
import type { Progress } from '../choice.ts'
import { Fates } from '../fates.ts'
import type { MetricWindows } from '../metric-windows.ts'
import type { FirstTags } from './first-tags.ts'
import type { Measures } from './measures.ts'
import type { OpenSessions } from './open-sessions.ts'

/** The windows of metrics over the events in columns: `PipelineWindows`. */
export type NewPipelineWindows = (
  metrics: readonly Metric[],
  schema: EventSchema,
  columns: Columns,
) => {
  readonly metrics: readonly MetricWindows[]
  choose(progress: Progress, fates: Fates): void
  fold(fates: Fates): void
}

export class CountedSessions {
  readonly windows: MetricWindows
  readonly #tags: FirstTags
  readonly #measures: Measures
  readonly #columns: Columns
  readonly #pipeline: ReturnType<NewPipelineWindows>
  readonly #fates = new Fates()
  #progress: Progress = progressFor(0)

  constructor(
    metric: Metric,
    window: SessionsNode,
    events: EventSchema,
    parts: { readonly tags: FirstTags; readonly measures: Measures },
    newWindows: NewPipelineWindows,
  ) {
    this.#tags = parts.tags
    this.#measures = parts.measures
    const schema = sessionSchema(window, metric.by, events)
    const tags = metric.by.map((name, tag) => [name, parts.tags.columns[tag].dictionary] as const)
    this.#columns = new Columns(new Map(tags), Object.keys(window.measures))
    const { where: _, ...rest } = metric
    const inner: Metric = { ...rest, window: stepsOf(window), allowedLatenessMs: 0 }
    this.#pipeline = newWindows([inner], schema, this.#columns)
    const [windows] = this.#pipeline.metrics
    this.windows = windows
  }

  /** Counts the sessions in the first `count` slots of which an event is known. */
  add({ firstMs, lastMs }: OpenSessions, all: Int32Array, count: number): void {
    const slots = all.subarray(0, count).filter((slot) => this.#tags.isKnown(slot))
    const columns = this.#columns
    columns.reset(count)
    columns.count = slots.length
    for (let i = 0; i < slots.length; i++) columns.timeMs[i] = lastMs[slots[i]]
    let tag = 0
    for (const { codes } of columns.text.values()) {
      for (let i = 0; i < slots.length; i++) codes[i] = this.#tags.codeOf(slots[i], tag)
      tag++
    }
    this.#measures.tell(columns, slots, firstMs, lastMs)
    this.#fold()
  }

  #fold(): void {
    const { count } = this.#columns
    if (count > this.#progress.watermarksMs.length) this.#progress = progressFor(count)
    this.#fates.reset(count)
    this.#pipeline.choose(this.#progress, this.#fates)
    this.#pipeline.fold(this.#fates)
  }
}

/** Nothing is late here: sessions are over long before the watermark of these windows has passed them. */
const progressFor = (count: number): Progress => ({
  watermarksMs: new Float64Array(count).fill(Number.NEGATIVE_INFINITY),
  closedMs: Number.NEGATIVE_INFINITY,
})
