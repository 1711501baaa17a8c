// What one metric keeps of each session that it shares with others: tags, measures, and what a checkpoint has of it; and
// where it is counted once it is over.
import type { Metric } from '../../../data/definitions/metric.ts'
import { type SessionsNode, stepsOf } from '../../../data/definitions/nodes.ts'
import { type Windows, windowsOf } from '../../../data/definitions/windows.ts'
import type { Recoding } from '../aggregates/aggregate.ts'
import type { Sources } from '../aggregates/compile.ts'
import { CountedSessions, type NewPipelineWindows } from './counted-sessions.ts'
import { FirstTags } from './first-tags.ts'
import { Measures } from './measures.ts'
import type { Joined } from './open-sessions.ts'
import { type KnownSessions, SessionLog } from './session-log.ts'

/** Between two events of a gap sessions are looked at so many times: those that are over make room for others. */
const LOOKS_PER_GAP = 16

export class SessionMember {
  readonly tags: FirstTags
  readonly measures: Measures
  readonly log: SessionLog
  readonly #counted: CountedSessions
  readonly #bounds: Windows
  readonly #lookEveryMs: number
  readonly #known: KnownSessions

  constructor(
    metric: Metric,
    window: SessionsNode,
    known: KnownSessions,
    sources: Sources,
    newWindows: NewPipelineWindows,
  ) {
    const { columns, schema } = sources
    this.tags = new FirstTags(metric.by.map((name) => columns.textColumn(name)))
    this.measures = new Measures(window, sources, known.ids)
    this.log = new SessionLog(known, this.tags, this.measures)
    this.#counted = new CountedSessions(metric, window, schema, this, newWindows)
    this.#bounds = windowsOf(stepsOf(window))
    this.#lookEveryMs = Math.max(1, Math.floor(window.gapMs / LOOKS_PER_GAP))
    this.#known = known
  }

  /** With the sessions that are over. */
  get windows(): CountedSessions['windows'] {
    return this.#counted.windows
  }

  /** End of the window that an instant is in. */
  endAround(timeMs: number): number {
    return this.#bounds.endOf(this.#bounds.startOf(timeMs))
  }

  /**
   * When to look whether a session with this last event is over: so that all of a window are counted when it closes, and
   * that few instants have to be looked at.
   */
  dueAfter(lastMs: number): number {
    const startMs = this.#bounds.startOf(lastMs)
    const looks = Math.floor((lastMs - startMs) / this.#lookEveryMs) + 1
    return Math.min(startMs + looks * this.#lookEveryMs, this.#bounds.endOf(startMs))
  }

  /** What was counted of sessions that have become one is of that one. */
  join(joined: Joined): void {
    this.measures.join(joined)
    this.log.gone(joined.from, joined.from.length)
  }

  /** Counts the sessions in the first `count` slots: they are over. */
  count(slots: Int32Array, count: number): void {
    this.#counted.add(this.#known.sessions, slots, count)
    this.release(slots, count)
  }

  /** The sessions in the first `count` slots are no more. */
  release(slots: Int32Array, count: number): void {
    this.measures.release(slots, count)
    this.log.gone(slots, count)
  }

  /** Has from now on what another has of the sessions in these slots, which has it no more. */
  moveFrom(before: SessionMember, slots: Int32Array, recoding: Recoding): void {
    this.tags.moveFrom(before.tags, slots, recoding.toCodes)
    this.measures.moveFrom(before.measures, slots)
    this.log.moveFrom(before.log, recoding.toKnown)
  }

  /** No session is left, and nothing is told of those there were. */
  clear(): void {
    this.log.clear()
    this.measures.clear()
  }
}
