// The windows of all metrics of a pipeline. What metrics share is done once per batch: conditions, the choice of events,
// the numbers of groups.
import type { Metric } from '../../data/definitions/metric.ts'
import { and, present, type SessionsNode, type WindowNode } from '../../data/definitions/nodes.ts'
import type { Point } from '../../data/point.ts'
import type { EventSchema } from '../../data/schema.ts'
import type { Columns } from '../decode/columns.ts'
import type { CodeMap, Recoding } from './aggregates/aggregate.ts'
import { Choice, type Progress, type WindowRows } from './choice.ts'
import { Conditions } from './conditions.ts'
import { CumulativeWindows } from './cumulative-windows.ts'
import type { Fates } from './fates.ts'
import { FilledWindows } from './filled-windows.ts'
import { GroupNumbers } from './group-numbers.ts'
import { Groups } from './groups.ts'
import { HoppingWindows } from './hopping-windows.ts'
import { asTheyAre } from './merger.ts'
import type { Folding, MetricWindows } from './metric-windows.ts'
import { SessionChoice } from './sessions/session-choice.ts'
import { SessionMember } from './sessions/session-member.ts'
import { SessionWindows } from './sessions/session-windows.ts'
import { SharedSessions } from './sessions/shared-sessions.ts'
import { TumblingWindows } from './tumbling-windows.ts'

/** Chooses the events of a batch that metrics count. */
interface Chooser {
  readonly windows: readonly WindowRows[]
  choose(timeMs: Float64Array, count: number, progress: Progress, fates: Fates): void
  dropDuplicates(fates: Fates): void
}

interface Chosen {
  readonly choice: Chooser
  /** What it chooses is folded into these. */
  readonly into: Folding[]
}

export class PipelineWindows {
  /** In the pipeline's order. */
  readonly metrics: readonly MetricWindows[]
  readonly #columns: Columns
  readonly #conditions: Conditions
  readonly #numbers: readonly GroupNumbers[]
  readonly #choices: readonly Chosen[]
  readonly #sessions: readonly SharedSessions[]
  /** Of each metric those that move by being saved: all but sessions that are open. */
  readonly #saved: readonly MetricWindows[]
  /** Scratch of a fold. */
  #slots = new Int32Array(0)

  constructor(metrics: readonly Metric[], schema: EventSchema, columns: Columns) {
    const conditions = new Conditions(schema, columns)
    const numbers = new Map<string, GroupNumbers>()
    const choices = new Map<string, Chosen>()
    const sessions = new Map<string, SharedSessions>()
    this.#columns = columns
    this.#conditions = conditions
    const newSessions = (metric: Metric, window: SessionsNode) => {
      const { where, allowedLatenessMs } = metric
      const isOfOne = present(window.of)
      const rows = conditions.rowsOf(where === undefined ? isOfOne : and(where, isOfOne))
      const sources = { schema, columns, conditions }
      const chosen = shared(choices, ['sessions', where, window.of, allowedLatenessMs], () => {
        return { choice: new SessionChoice(rows, allowedLatenessMs), into: [] }
      })
      const key = [where, window.of, allowedLatenessMs, window.gapMs]
      const own = shared(sessions, key, () => {
        const of = columns.textColumn(window.of.name)
        const made = new SharedSessions(window, allowedLatenessMs, of, columns)
        chosen.into.push(made)
        return made
      })
      const member = new SessionMember(metric, window, own, sources, (...of) => {
        return new PipelineWindows(...of)
      })
      own.add(member)
      return new SessionWindows(metric, own, member)
    }
    this.metrics = metrics.map((metric) => {
      const { where, window, allowedLatenessMs, by } = metric
      if (window.kind === 'sessions') return newSessions(metric, window)
      const rows = conditions.rowsOf(where)
      const own = shared(numbers, by, () => {
        // All events, unless those who ask want the same ones.
        const wanted = metrics
          .filter((one) => isSame(one.by, by))
          .every((one) => isSame(one.where, where))
        const tags = by.map((name) => columns.textColumn(name))
        return new GroupNumbers(tags, wanted ? rows : conditions.rowsOf(undefined))
      })
      const newGroups = () => new Groups(metric, own, schema, columns, conditions)
      const windows = newWindows(metric, window, newGroups)
      const key = [where, window, allowedLatenessMs]
      const newChoice = () => ({ choice: new Choice(rows, metric), into: [] })
      shared(choices, key, newChoice).into.push(windows)
      return windows
    })
    this.#numbers = [...numbers.values()]
    this.#choices = [...choices.values()]
    this.#sessions = [...sessions.values()]
    this.#saved = this.metrics.map((one) => one.counted ?? one)
  }

  /** As all metrics do it. At most about `most` sessions are counted, and windows that wait for others stay open. */
  closeThrough(watermarkMs: number, most: number): Point[] {
    const mostOfEach = most / this.#sessions.length
    for (const sessions of this.#sessions) sessions.countThrough(watermarkMs, mostOfEach)
    return this.metrics.flatMap(
      (windows) => windows.closeCounted?.(watermarkMs) ?? windows.closeThrough(watermarkMs),
    )
  }

  /** Sessions are over that were not counted. */
  isBehind(watermarkMs: number): boolean {
    return this.#sessions.some((sessions) => sessions.isBehind(watermarkMs))
  }

  /** Tells the codes that are held. */
  note(note: CodeMap): void {
    for (const sessions of this.#sessions) sessions.note(note)
    for (const windows of this.#saved) windows.save(note)
  }

  /** Has from now on the state of others of the same metrics, which may not be used any more. */
  moveFrom(before: PipelineWindows, recoding: Recoding): void {
    for (const [i, sessions] of this.#sessions.entries())
      sessions.moveFrom(before.#sessions[i], recoding)
    for (const [i, windows] of this.#saved.entries())
      windows.absorb(before.#saved[i].save(asTheyAre), recoding.toCodes)
  }

  /** Chooses the events of the batch that are counted. */
  choose(progress: Progress, fates: Fates): void {
    const { timeMs, count } = this.#columns
    this.#conditions.evaluate()
    for (const { choice } of this.#choices) choice.choose(timeMs, count, progress, fates)
  }

  /** Folds the chosen events of the batch, but for those that turned out to be duplicates. */
  fold(fates: Fates): void {
    const { count } = this.#columns
    if (count > this.#slots.length) this.#slots = new Int32Array(count)
    const hasDuplicates = fates.hasDuplicates(count)
    for (const numbers of this.#numbers) numbers.numberRows()
    for (const { choice, into } of this.#choices) {
      if (hasDuplicates) choice.dropDuplicates(fates)
      for (const chosen of choice.windows) {
        if (chosen.count === 0) continue
        for (const folding of into) folding.fold(chosen, this.#slots)
      }
    }
  }
}

function newWindows(
  metric: Metric,
  window: Exclude<WindowNode, SessionsNode>,
  newGroups: () => Groups,
): MetricWindows & Folding {
  const { zerosForMs } = metric
  switch (window.kind) {
    case 'tumbling':
      return zerosForMs === undefined
        ? new TumblingWindows(metric, newGroups)
        : new FilledWindows(metric, zerosForMs, newGroups)
    case 'hopping':
      return new HoppingWindows(metric, window, newGroups)
    case 'cumulative':
      return new CumulativeWindows(metric, window, newGroups)
  }
}

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** What the map has for a key that looks the same, or what `make` makes. */
function shared<T>(map: Map<string, T>, key: unknown, make: () => T): T {
  const text = JSON.stringify(key)
  const known = map.get(text)
  if (known !== undefined) return known
  const made = make()
  map.set(text, made)
  return made
}
