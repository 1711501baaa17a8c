// The sessions of one metric, and the windows that they are counted in: first events are put into sessions, then sessions
// that are over are events of their own, of ordinary tumbling windows. Pure. Why: decisions/sessions-in-two-stages.md.
import type { Metric } from '../../../data/definitions/metric.ts'
import { type SessionsNode, stepsOf } from '../../../data/definitions/nodes.ts'
import { type Windows, windowsOf } from '../../../data/definitions/windows.ts'
import type { Point } from '../../../data/point.ts'
import type { Columns } from '../../decode/columns.ts'
import type { CodeMap } from '../aggregates/aggregate.ts'
import type { Sources } from '../aggregates/compile.ts'
import type { WindowRows } from '../choice.ts'
import type { MetricState, MetricWindows, WindowSummary } from '../metric-windows.ts'
import { CountedSessions, type NewPipelineWindows } from './counted-sessions.ts'
import { Measures } from './measures.ts'
import { OpenSessions } from './open-sessions.ts'
import { SessionIds } from './session-ids.ts'
import { SessionLog } from './session-log.ts'
import { sessionsOf } from './session-tables.ts'

/** Between two events of a gap sessions are looked at so many times: those that are over make room for others. */
const LOOKS_PER_GAP = 16

export class SessionWindows implements MetricWindows {
  readonly metric: Metric
  readonly #columns: Columns
  readonly #bounds: Windows
  readonly #lookEveryMs: number
  /** So long after its last event a session is over. */
  readonly #waitMs: number
  readonly #sessions: OpenSessions
  readonly #measures: Measures
  readonly #counted: CountedSessions
  readonly #log: SessionLog

  constructor(
    metric: Metric,
    window: SessionsNode,
    sources: Sources,
    newWindows: NewPipelineWindows,
  ) {
    const { columns, schema } = sources
    this.metric = metric
    this.#columns = columns
    this.#bounds = windowsOf(stepsOf(window))
    this.#lookEveryMs = Math.max(1, Math.floor(window.gapMs / LOOKS_PER_GAP))
    this.#waitMs = window.gapMs + metric.allowedLatenessMs
    const ids = new SessionIds()
    const measures = new Measures(window, sources, ids)
    const of = columns.textColumn(window.of.name)
    const tags = metric.by.map((name) => columns.textColumn(name))
    const sessions = new OpenSessions(
      { of, tags },
      window.gapMs,
      (lastMs) => this.#lookAfter(lastMs),
      (slot) => measures.open(slot),
    )
    this.#sessions = sessions
    this.#measures = measures
    this.#log = new SessionLog(sessions, measures, ids)
    const parts = { sessions, measures, log: this.#log }
    this.#counted = new CountedSessions(metric, window, schema, parts, newWindows)
  }

  get nextChangeMs(): number {
    const { firstDueMs } = this.#sessions
    const firstMs = Number.isFinite(firstDueMs) ? this.#endAround(firstDueMs - 1) : firstDueMs
    return Math.min(this.#counted.windows.nextChangeMs, firstMs) + this.#waitMs
  }

  get lastEndMs(): number {
    const { latestMs } = this.#sessions
    const lastMs = Number.isFinite(latestMs) ? this.#endAround(latestMs) : latestMs
    return Math.max(this.#counted.windows.lastEndMs, lastMs) + this.#waitMs
  }

  /** Of windows with sessions that are over. */
  get summaries(): readonly WindowSummary[] {
    return this.#counted.windows.summaries
  }

  get openSessions(): number {
    return this.#sessions.size
  }

  fold(chosen: WindowRows, slots: Int32Array): void {
    this.#sessions.fold(chosen, this.#columns.timeMs, slots)
    this.#log.touch(slots, chosen.count)
    this.#measures.fold(chosen.rows, slots, chosen.count)
    this.#join()
  }

  closeThrough(watermarkMs: number): Point[] {
    const throughMs = watermarkMs - this.#waitMs
    if (this.#sessions.firstDueMs <= throughMs)
      this.#counted.add(this.#sessions.takeOver(throughMs))
    return this.#counted.windows.closeThrough(throughMs)
  }

  /** None: a session is counted when it is over. */
  openPoints(): Point[] {
    return []
  }

  tidy(): void {
    this.#log.tidy()
  }

  save(toIds: CodeMap): MetricState {
    return this.#stateWith(this.#counted.windows.save(toIds), toIds)
  }

  take(toIds: CodeMap): MetricState {
    const state = this.#stateWith(this.#counted.windows.take(toIds), toIds)
    for (const slot of this.#sessions.takeOver(Number.POSITIVE_INFINITY)) {
      this.#measures.release(slot)
      this.#log.gone(slot)
      this.#sessions.release(slot)
    }
    this.#log.clear()
    this.#measures.clear()
    return state
  }

  absorb(state: MetricState, toCodes: CodeMap): void {
    this.#counted.windows.absorb(state, toCodes)
    const saved = sessionsOf(state.tables)
    if (saved === undefined) return
    const { columns } = this.#sessions
    const { firstMs, lastMs, measures } = saved
    const of = toCodes(columns.of, saved.of)
    const tags = saved.tags.map((ids, tag) => toCodes(columns.tags[tag], ids))
    const slots = new Int32Array(of.length)
    const key = new Int32Array(tags.length)
    for (let i = 0; i < slots.length; i++) {
      for (let tag = 0; tag < key.length; tag++) key[tag] = tags[tag][i]
      slots[i] = this.#sessions.add(of[i], firstMs[i], lastMs[i], key)
    }
    this.#log.touch(slots)
    this.#measures.absorb(measures, slots)
    this.#join()
  }

  /** With what is counted already. */
  #stateWith({ windows, tables }: MetricState, toIds: CodeMap): MetricState {
    return {
      windows,
      tables: { ...tables, ...this.#log.save(toIds), ...this.#measures.saveSteps() },
    }
  }

  /** What was counted of sessions that have become one is of that one. */
  #join(): void {
    const joined = this.#sessions.takeJoined()
    if (joined === undefined) return
    this.#measures.join(joined)
    this.#log.touch(joined.into)
    for (const slot of joined.from) this.#log.gone(slot)
  }

  #endAround(timeMs: number): number {
    return this.#bounds.endOf(this.#bounds.startOf(timeMs))
  }

  /**
   * When to look whether a session with this last event is over: so that all of a window are counted when it closes, and
   * that few instants have to be looked at.
   */
  #lookAfter(lastMs: number): number {
    const startMs = this.#bounds.startOf(lastMs)
    const looks = Math.floor((lastMs - startMs) / this.#lookEveryMs) + 1
    return Math.min(startMs + looks * this.#lookEveryMs, this.#bounds.endOf(startMs))
  }
}
