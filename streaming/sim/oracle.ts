// What the stores must hold, by the plainest means, from the log and the rows of its users. Shares no code with the
// engine, and must not: its own windows, its own lateness, its own sums.
import type { Metric } from '../../data/definitions/metric.ts'
import {
  type AggregateNode,
  type CountNewNode,
  type NumberNode,
  type PredicateNode,
  type PrefixNode,
  type PresentNode,
  type RangeNode,
  stepsOf,
  type ValueNode,
} from '../../data/definitions/nodes.ts'
import { sessionsOf } from './oracle-sessions.ts'
import { type CountedEvent, type Fields, groupsOf } from './oracle-windows.ts'
import type { Row, SimEvent, SimRecord } from './records.ts'

export interface Given {
  readonly partitions: readonly (readonly SimRecord[])[]
  readonly disorderMs: number
  /** From an offset on, the watermark of a partition is at least so high. */
  readonly ticks: readonly {
    readonly partition: number
    readonly offset: number
    readonly watermarkMs: number
  }[]
}

interface Placed {
  readonly event: SimEvent
  readonly partition: number
  readonly offset: number
  /** The watermark just before the event: windows that end at or before it have closed. */
  readonly lineMs: number
  /** The same event came before in its partition. */
  readonly isCopy: boolean
}

/** The events of the log in the order of each partition. */
export function placed({ partitions, disorderMs, ticks }: Given): Placed[] {
  return partitions.flatMap((records, partition) => {
    const ids = new Set<string>()
    let largestMs = Number.NEGATIVE_INFINITY
    return records.flatMap(({ event }, offset) => {
      if (event === undefined) return []
      const raised = ticks
        .filter((tick) => tick.partition === partition && tick.offset <= offset)
        .map(({ watermarkMs }) => watermarkMs)
      const lineMs = Math.max(largestMs - disorderMs, ...raised)
      largestMs = Math.max(largestMs, event.event_time)
      const isCopy = ids.has(event.event_id)
      ids.add(event.event_id)
      return [{ event, partition, offset, lineMs, isCopy }]
    })
  })
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Berlin is an hour ahead of UTC, from then on two. */
const BERLIN_SUMMER_MS = Date.UTC(2026, 2, 29, 1)

/** Start and end of the step around an instant, or of the window of such a length. */
export function windowAround(
  { window }: Metric,
  timeMs: number,
  lengthMs?: number,
): [number, number] {
  const { sizeMs: stepMs, tz } = stepsOf(window)
  const sizeMs = lengthMs ?? stepMs
  if (tz === undefined) {
    const startMs = timeMs - (((timeMs % sizeMs) + sizeMs) % sizeMs)
    return [startMs, startMs + sizeMs]
  }
  if (tz !== 'Europe/Berlin' || sizeMs !== DAY_MS) throw new Error(`no oracle for ${tz}`)
  const local = (ms: number) => ms + (ms < BERLIN_SUMMER_MS ? HOUR_MS : 2 * HOUR_MS)
  const day = Math.floor(local(timeMs) / DAY_MS) * DAY_MS
  const midnight = (localMs: number) =>
    localMs - (localMs - HOUR_MS < BERLIN_SUMMER_MS ? HOUR_MS : 2 * HOUR_MS)
  return [midnight(day), midnight(day + DAY_MS)]
}

/** Text that is not there is `unknown`. */
const textOf = (fields: Fields, name: string): string => String(fields[name] || 'unknown')

function holds(node: PredicateNode | undefined, fields: Fields): boolean {
  if (node === undefined) return true
  if (node.kind === 'oneOf') return node.values.includes(textOf(fields, node.field.name))
  if (node.kind === 'not') return !holds(node.term, fields)
  if (node.kind !== 'and' && node.kind !== 'or') return holdsOf(node, fields[node.field.name])
  const terms = node.terms.map((term) => holds(term, fields))
  return node.kind === 'and' ? !terms.includes(false) : terms.includes(true)
}

/** Of a field with this value. */
function holdsOf(node: RangeNode | PresentNode | PrefixNode, value: unknown): boolean {
  if (node.kind === 'present') return value !== undefined && value !== null && value !== ''
  if (node.kind === 'prefix') return typeof value === 'string' && value.startsWith(node.prefix)
  const { least = -Infinity, most = Infinity } = node
  return typeof value === 'number' && value >= least && value <= most
}

/** Whether the metric asks for the event, and until when its window can change. */
export function asks(metric: Metric, { event }: Placed, row: Row | undefined) {
  const fields = { ...event, ...row }
  if (!holds(metric.where, fields)) return undefined
  const { window, allowedLatenessMs } = metric
  const { event_time: timeMs } = event
  if (window.kind === 'sessions') {
    if (textOf(fields, window.of.name) === 'unknown') return undefined
    return { startMs: timeMs, endMs: timeMs + 1, deadlineMs: timeMs + 1 + allowedLatenessMs }
  }
  const [startMs, endMs] = windowAround(metric, timeMs)
  return { startMs, endMs, deadlineMs: endMs + allowedLatenessMs }
}

/** The points of a metric in windows that end at or before `closedMs`: what identifies one → its fields. */
export function pointsOf(
  metric: Metric,
  events: readonly Placed[],
  rowOf: (placed: Placed) => Row | undefined,
  closedMs: number,
): Map<string, Record<string, number>> {
  const counted = events.flatMap((one): CountedEvent[] => {
    const row = rowOf(one)
    const window = asks(metric, one, row)
    if (window === undefined || window.deadlineMs <= one.lineMs || one.isCopy) return []
    const fields = { ...one.event, ...row }
    const tags = metric.by.map((tag) => textOf(fields, tag))
    return [{ fields, tags, stepMs: window.startMs, isLate: window.endMs <= one.lineMs }]
  })
  const { window, allowedLatenessMs } = metric
  const isOfSessions = window.kind === 'sessions'
  const units = isOfSessions
    ? sessionsOf(window, counted, {
        ...{ folded: (node, all) => folded(node, satisfying(node, all)), holds },
        stepOf: (timeMs) => windowAround(metric, timeMs)[0],
      })
    : counted
  const valuesOfAll = (all: readonly CountedEvent[]) => valuesOf(metric, all, counted)
  const groups = groupsOf(
    metric,
    units,
    isOfSessions ? closedMs - window.gapMs - allowedLatenessMs : closedMs,
    (timeMs, lengthMs) => windowAround(metric, timeMs, lengthMs),
    (all) => valuesOfAll(all)[metric.top?.value ?? ''] ?? Number.NEGATIVE_INFINITY,
  )
  return new Map(
    groups.map(({ timeMs, tags, events: all }) => {
      const named = metric.by.map((tag, i) => `${tag}=${tags[i]}`)
      const revision = all.filter(({ isLate }) => isLate).length
      return [
        `${metric.name} ${new Date(timeMs).toISOString()} ${named.join(' ')}`,
        allowedLatenessMs > 0 && !isOfSessions
          ? { ...valuesOfAll(all), revision }
          : valuesOfAll(all),
      ]
    }),
  )
}

function valuesOf(
  { values }: Metric,
  events: readonly CountedEvent[],
  counted: readonly CountedEvent[],
): Record<string, number> {
  const of = (value: ValueNode): number => {
    if (value.kind === 'ratio') return of(values[value.numerator]) / of(values[value.denominator])
    if (value.kind === 'difference') return of(values[value.from]) - of(values[value.less])
    const all = value.kind === 'countNew' ? newOnes(value, events, counted) : events
    return folded(
      value,
      satisfying(
        value,
        all.map(({ fields }) => fields),
      ),
    )
  }
  const all = Object.entries(values).map(([name, value]) => [name, of(value)] as const)
  // Nothing can be divided by nothing.
  return Object.fromEntries(all.filter(([, number]) => Number.isFinite(number)))
}

const satisfying = ({ where }: { readonly where?: PredicateNode }, events: readonly Fields[]) =>
  events.filter((fields) => holds(where, fields))

/** Those whose value no window of the time before had. */
function newOnes(
  { of, where, withinMs }: CountNewNode,
  events: readonly CountedEvent[],
  counted: readonly CountedEvent[],
): CountedEvent[] {
  return events.filter(
    (one) =>
      !counted.some(
        ({ fields, stepMs }) =>
          fields[of.name] === one.fields[of.name] &&
          holds(where, fields) &&
          stepMs < one.stepMs &&
          stepMs >= one.stepMs - withinMs,
      ),
  )
}

/** A value of the events that it asks for. */
function folded(value: AggregateNode, events: readonly Fields[]): number {
  switch (value.kind) {
    case 'count':
      return events.length
    case 'countDistinct':
    case 'countNew':
    case 'approxDistinct':
      return new Set(
        events
          .map((fields) => fields[value.of.name])
          .filter((one) => one !== undefined && one !== null),
      ).size
    case 'sum': {
      const total = numbersOf(value.of, events).reduce((sum, part) => sum + part, 0n)
      return Number(total) / 10 ** value.decimals
    }
    case 'min':
    case 'max':
      return at(value, numbersOf(value.of, events), value.kind === 'min' ? 0 : -1)
    case 'percentile': {
      const numbers = numbersOf(value.of, events)
      return at(value, numbers, Math.ceil((value.percent * 10 * numbers.length) / 1000) - 1)
    }
  }
}

/** The number in that place, from the least on; NaN: there is none. */
function at(
  { decimals }: { readonly decimals: number },
  numbers: readonly bigint[],
  place: number,
) {
  const sorted = [...numbers].sort((a, b) => Number(a - b))
  return Number(sorted.at(place) ?? Number.NaN) / 10 ** decimals
}

/** Fields and measures with two decimals. */
const CENTS = ['unit_price', 'paid', 'cheapest']

const numbersOf = (node: NumberNode, events: readonly Fields[]): bigint[] =>
  events.flatMap((fields) => exact(node, fields) ?? [])

/** Prices in cents, pieces as they are; a product is in cents. Undefined: it is not there. */
function exact(node: NumberNode, fields: Fields): bigint | undefined {
  if (node.kind === 'mul') {
    const [left, right] = [exact(node.left, fields), exact(node.right, fields)]
    return left === undefined || right === undefined ? undefined : left * right
  }
  const value = fields[node.name]
  if (typeof value !== 'number') return undefined
  return BigInt(CENTS.includes(node.name) ? value.toFixed(2).replace('.', '') : value)
}

export type Fate = 'counted' | 'filtered' | 'late' | 'duplicates'

/** What became of an event that was read when there were these metrics. */
export function fateOf(metrics: readonly Metric[], one: Placed, row: Row | undefined): Fate {
  const windows = metrics.flatMap((metric) => asks(metric, one, row) ?? [])
  if (windows.length === 0) return 'filtered'
  const open = windows.filter(({ deadlineMs }) => deadlineMs > one.lineMs)
  if (open.length > 0 && one.isCopy) return 'duplicates'
  return open.length < windows.length ? 'late' : 'counted'
}
