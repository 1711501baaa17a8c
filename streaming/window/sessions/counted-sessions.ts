// Sessions that are over, as events of ordinary tumbling windows: each in the one that its last event is in.
import type { Metric } from '../../../data/definitions/metric.ts'
import { type SessionsNode, stepsOf } from '../../../data/definitions/nodes.ts'
import { sessionSchema } from '../../../data/definitions/sessions.ts'
import type { EventSchema } from '../../../data/schema.ts'
import { Columns } from '../../decode/columns.ts'
import type { Progress } from '../choice.ts'
import { Fates } from '../fates.ts'
import type { MetricWindows } from '../metric-windows.ts'
import type { Measures } from './measures.ts'
import type { OpenSessions } from './open-sessions.ts'
import type { SessionLog } from './session-log.ts'

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

/** Sessions folded at once. */
const AT_ONCE = 4096

export class CountedSessions {
  readonly windows: MetricWindows
  readonly #sessions: OpenSessions
  readonly #measures: Measures
  readonly #log: SessionLog
  readonly #columns: Columns
  readonly #pipeline: ReturnType<NewPipelineWindows>
  readonly #fates = new Fates()
  /** Nothing is late here: sessions are over long before the watermark of these windows has passed them. */
  readonly #progress: Progress = {
    watermarksMs: new Float64Array(AT_ONCE).fill(Number.NEGATIVE_INFINITY),
    closedMs: Number.NEGATIVE_INFINITY,
  }

  constructor(
    metric: Metric,
    window: SessionsNode,
    events: EventSchema,
    parts: {
      readonly sessions: OpenSessions
      readonly measures: Measures
      readonly log: SessionLog
    },
    newWindows: NewPipelineWindows,
  ) {
    this.#sessions = parts.sessions
    this.#measures = parts.measures
    this.#log = parts.log
    const schema = sessionSchema(window, metric.by, events)
    const tags = metric.by.map((name, tag) => {
      return [name, this.#sessions.columns.tags[tag].dictionary] as const
    })
    this.#columns = new Columns(new Map(tags), Object.keys(window.measures))
    const { where: _, ...rest } = metric
    const inner: Metric = { ...rest, window: stepsOf(window), allowedLatenessMs: 0 }
    this.#pipeline = newWindows([inner], schema, this.#columns)
    const [windows] = this.#pipeline.metrics
    this.windows = windows
  }

  /** Counts sessions, and frees their slots. */
  add(slots: Iterable<number>): void {
    const columns = this.#columns
    columns.reset(AT_ONCE)
    for (const slot of slots) {
      this.#read(slot)
      this.#measures.release(slot)
      this.#log.gone(slot)
      this.#sessions.release(slot)
      if (columns.count < AT_ONCE) continue
      this.#fold()
      columns.reset(AT_ONCE)
    }
    if (columns.count > 0) this.#fold()
  }

  /** A session becomes a row. */
  #read(slot: number): void {
    const columns = this.#columns
    const sessions = this.#sessions
    const row = columns.count++
    const lastMs = sessions.lastMs[slot]
    columns.timeMs[row] = lastMs
    let tag = 0
    for (const { codes } of columns.text.values()) codes[row] = sessions.keyCode(slot, tag++)
    const numbers = this.#measures.numbersOf(slot, lastMs - sessions.firstMs[slot])
    for (const [name, { values }] of columns.numbers) values[row] = numbers[name] ?? Number.NaN
  }

  #fold(): void {
    this.#fates.reset(this.#columns.count)
    this.#pipeline.choose(this.#progress, this.#fates)
    this.#pipeline.fold(this.#fates)
  }
}
