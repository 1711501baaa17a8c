// The sessions of one metric, and the windows that they are counted in: first events are put into sessions, which metrics of
// the same sessions share, then sessions that are over are events of their own, of ordinary tumbling windows. Pure. Why:
// decisions/sessions-in-two-stages.md.
import type { Metric } from '../../../data/definitions/metric.ts'
import type { Point } from '../../../data/point.ts'
import type { CodeMap } from '../aggregates/aggregate.ts'
import type { MetricState, MetricWindows, WindowSummary } from '../metric-windows.ts'
import type { SessionMember } from './session-member.ts'
import { sessionsOf } from './session-tables.ts'
import type { SharedSessions } from './shared-sessions.ts'

export class SessionWindows implements MetricWindows {
  readonly metric: Metric
  readonly #shared: SharedSessions
  readonly #member: SessionMember

  /** `shared`: with the metrics of the same sessions; `member`: what this one keeps of them. */
  constructor(metric: Metric, shared: SharedSessions, member: SessionMember) {
    this.metric = metric
    this.#shared = shared
    this.#member = member
  }

  get nextChangeMs(): number {
    const { firstDueMs } = this.#shared.sessions
    const firstMs = Number.isFinite(firstDueMs)
      ? this.#member.endAround(firstDueMs - 1)
      : firstDueMs
    return Math.min(this.#member.windows.nextChangeMs, firstMs) + this.#shared.waitMs
  }

  get lastEndMs(): number {
    const { latestMs } = this.#shared.sessions
    const lastMs = Number.isFinite(latestMs) ? this.#member.endAround(latestMs) : latestMs
    return Math.max(this.#member.windows.lastEndMs, lastMs) + this.#shared.waitMs
  }

  /** Of windows with sessions that are over. */
  get summaries(): readonly WindowSummary[] {
    return this.#member.windows.summaries
  }

  get counted(): MetricWindows {
    return this.#member.windows
  }

  get openSessions(): number {
    return this.#shared.sessions.size
  }

  missBefore(fromMs: number): void {
    this.#shared.missBefore(fromMs)
  }

  get wholeFromMs(): number {
    const { lastBrokenMs } = this.#shared
    return Number.isFinite(lastBrokenMs) ? this.#member.endAround(lastBrokenMs) : lastBrokenMs
  }

  closeThrough(watermarkMs: number): Point[] {
    this.#shared.countThrough(watermarkMs, Number.POSITIVE_INFINITY)
    return this.closeCounted(watermarkMs)
  }

  closeCounted(watermarkMs: number): Point[] {
    const { sessions, waitMs } = this.#shared
    return this.#member.windows.closeThrough(
      Math.min(watermarkMs - waitMs, sessions.firstDueMs - 1),
    )
  }

  /** None: a session is counted when it is over. */
  openPoints(): Point[] {
    return []
  }

  save(toIds: CodeMap): MetricState {
    return this.#stateWith(this.#member.windows.save(toIds), toIds)
  }

  take(toIds: CodeMap): MetricState {
    const state = this.#stateWith(this.#member.windows.take(toIds), toIds)
    this.#shared.taken()
    return state
  }

  absorb(state: MetricState, toCodes: CodeMap): void {
    this.#member.windows.absorb(state, toCodes)
    const saved = sessionsOf(state.tables)
    if (saved === undefined) return
    const { tags, measures } = this.#member
    const { sessions } = this.#shared
    const { firstMs, lastMs } = saved
    const of = toCodes(sessions.column, saved.of)
    const codes = saved.tags.map((ids, tag) => toCodes(tags.columns[tag], ids))
    const slots = new Int32Array(of.length)
    const key = new Int32Array(codes.length)
    for (let i = 0; i < slots.length; i++) {
      for (let tag = 0; tag < key.length; tag++) key[tag] = codes[tag][i]
      slots[i] = sessions.add(of[i], firstMs[i], lastMs[i])
      tags.offer(slots[i], firstMs[i], key)
    }
    this.#shared.touch(slots, slots.length)
    measures.absorb(saved.measures, slots)
    this.#shared.join()
  }

  /** With what is counted already. */
  #stateWith({ windows, tables }: MetricState, toIds: CodeMap): MetricState {
    const { log, measures } = this.#member
    this.#shared.tellTouched()
    return { windows, tables: { ...tables, ...log.save(toIds), ...measures.saveSteps() } }
  }
}
