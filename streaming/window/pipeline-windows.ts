// The windows of all metrics of a pipeline. What metrics share is done once per batch: conditions, the choice of events,
// the numbers of groups.
import type { Metric } from '../../data/definitions/metric.ts'
import { and, present, type SessionsNode, type WindowNode } from '../../data/definitions/nodes.ts'
import type { EventSchema } from '../../data/schema.ts'
import type { Columns } from '../decode/columns.ts'
import { Choice, type Progress, type WindowRows } from './choice.ts'
import { Conditions } from './conditions.ts'
import { CumulativeWindows } from './cumulative-windows.ts'
import type { Fates } from './fates.ts'
import { FilledWindows } from './filled-windows.ts'
import { GroupNumbers } from './group-numbers.ts'
import { Groups } from './groups.ts'
import { HoppingWindows } from './hopping-windows.ts'
import type { MetricWindows } from './metric-windows.ts'
import { SessionChoice } from './sessions/session-choice.ts'
import { SessionWindows } from './sessions/session-windows.ts'
import { TumblingWindows } from './tumbling-windows.ts'

/** Chooses the events of a batch that metrics count. */
interface Chooser {
  readonly windows: readonly WindowRows[]
  choose(timeMs: Float64Array, count: number, progress: Progress, fates: Fates): void
  dropDuplicates(fates: Fates): void
}

interface Chosen {
  readonly choice: Chooser
  /** Those that count what it chooses. */
  readonly metrics: MetricWindows[]
}

export class PipelineWindows {
  /** In the pipeline's order. */
  readonly metrics: readonly MetricWindows[]
  readonly #columns: Columns
  readonly #conditions: Conditions
  readonly #numbers: readonly GroupNumbers[]
  readonly #choices: readonly Chosen[]
  /** Scratch of a fold. */
  #slots = new Int32Array(0)

  constructor(metrics: readonly Metric[], schema: EventSchema, columns: Columns) {
    const conditions = new Conditions(schema, columns)
    const numbers = new Map<string, GroupNumbers>()
    const choices = new Map<string, Chosen>()
    this.#columns = columns
    this.#conditions = conditions
    const newSessions = (metric: Metric, window: SessionsNode) => {
      const { where, allowedLatenessMs } = metric
      const isOfOne = present(window.of)
      const rows = conditions.rowsOf(where === undefined ? isOfOne : and(where, isOfOne))
      const sources = { schema, columns, conditions }
      const windows = new SessionWindows(metric, window, sources, (...of) => {
        return new PipelineWindows(...of)
      })
      const choice = new SessionChoice(rows, allowedLatenessMs)
      shared(choices, ['sessions', where, window.of, allowedLatenessMs], () => {
        return { choice, metrics: [] }
      }).metrics.push(windows)
      return windows
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
      shared(choices, key, () => ({ choice: new Choice(rows, metric), metrics: [] })).metrics.push(
        windows,
      )
      return windows
    })
    this.#numbers = [...numbers.values()]
    this.#choices = [...choices.values()]
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
    for (const { choice, metrics } of this.#choices) {
      if (hasDuplicates) choice.dropDuplicates(fates)
      for (const chosen of choice.windows) {
        if (chosen.count === 0) continue
        for (const windows of metrics) windows.fold(chosen, this.#slots)
      }
    }
  }
}

function newWindows(
  metric: Metric,
  window: Exclude<WindowNode, SessionsNode>,
  newGroups: () => Groups,
): MetricWindows {
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
