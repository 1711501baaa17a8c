// What the stores must hold, by the plainest means, from the log and the rows of its users. Shares no code with the
// engine, and must not: its own windows, its own lateness, its own sums.
import type { Metric } from '../../data/definitions/metric.ts'
import {
  type NumberNode,
  type PredicateNode,
  stepsOf,
  type ValueNode,
} from '../../data/definitions/nodes.ts'
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

/** Start and end of the window around an instant. */
export function windowAround({ window }: Metric, timeMs: number): [number, number] {
  const { sizeMs, tz } = stepsOf(window)
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

type Fields = Readonly<Record<string, unknown>>

/** Text that is not there is `unknown`. */
const textOf = (fields: Fields, name: string): string => String(fields[name] || 'unknown')

function holds(node: PredicateNode | undefined, fields: Fields): boolean {
  if (node === undefined) return true
  if (node.kind === 'oneOf') return node.values.includes(textOf(fields, node.field.name))
  if (node.kind === 'not') return !holds(node.term, fields)
  if (node.kind !== 'and' && node.kind !== 'or') throw new Error(`no oracle for ${node.kind}`)
  const terms = node.terms.map((term) => holds(term, fields))
  return node.kind === 'and' ? !terms.includes(false) : terms.includes(true)
}

/** Whether the metric asks for the event, and until when its window can change. */
export function asks(metric: Metric, { event }: Placed, row: Row | undefined) {
  if (!holds(metric.where, { ...event, ...row })) return undefined
  const [startMs, endMs] = windowAround(metric, event.event_time)
  return { startMs, endMs, deadlineMs: endMs + metric.allowedLatenessMs }
}

/** The points of a metric, all windows: what identifies one → its fields. */
export function pointsOf(
  metric: Metric,
  events: readonly Placed[],
  rowOf: (placed: Placed) => Row | undefined,
): Map<string, Record<string, number>> {
  const groups = new Map<string, { readonly all: Fields[]; revision: number }>()
  for (const one of events) {
    const row = rowOf(one)
    const window = asks(metric, one, row)
    if (window === undefined || window.deadlineMs <= one.lineMs || one.isCopy) continue
    const fields = { ...one.event, ...row }
    const tags = metric.by.map((tag) => `${tag}=${textOf(fields, tag)}`)
    const identity = `${metric.name} ${new Date(window.startMs).toISOString()} ${tags.join(' ')}`
    const group = groups.get(identity) ?? { all: [], revision: 0 }
    groups.set(identity, group)
    group.all.push(fields)
    if (window.endMs <= one.lineMs) group.revision++
  }
  return new Map(
    [...groups].map(([identity, { all, revision }]) => {
      const values = valuesOf(metric, all)
      return [identity, metric.allowedLatenessMs > 0 ? { ...values, revision } : values]
    }),
  )
}

function valuesOf({ values }: Metric, events: readonly Fields[]): Record<string, number> {
  const of = (value: ValueNode | undefined): number => {
    switch (value?.kind) {
      case 'count':
        return events.filter((fields) => holds(value.where, fields)).length
      case 'countDistinct':
        return new Set(
          events
            .map((fields) => fields[value.of.name])
            .filter((one) => one !== undefined && one !== null),
        ).size
      case 'sum': {
        const parts = events.map((fields) => exact(value.of, fields))
        const total = parts.reduce((sum, part) => sum + part, 0n)
        return Number(total) / 10 ** value.decimals
      }
      case 'ratio':
        return of(values[value.numerator]) / of(values[value.denominator])
      default:
        throw new Error('no such value')
    }
  }
  const all = Object.entries(values).map(([name, value]) => [name, of(value)] as const)
  // Nothing can be divided by nothing.
  return Object.fromEntries(all.filter(([, number]) => Number.isFinite(number)))
}

/** Prices in cents, pieces as they are; a product is in cents. */
function exact(node: NumberNode, fields: Fields): bigint {
  if (node.kind === 'mul') return exact(node.left, fields) * exact(node.right, fields)
  const value = fields[node.name]
  if (typeof value !== 'number') return 0n
  return BigInt(node.name === 'unit_price' ? value.toFixed(2).replace('.', '') : value)
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
