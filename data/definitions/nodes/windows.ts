// Kinds of windows.
import { durationMs } from '../../../kit/duration.ts'
import type { FieldNode } from './numbers.ts'
import type { PredicateNode } from './predicates.ts'
import type { CountNode, ExtremeNode, SumNode } from './values.ts'

/** Windows one after the other, half-open: `windowsOf` says where they start and end. */
export interface TumblingNode {
  readonly kind: 'tumbling'
  /** Length; in a time zone that of a window in which the clock is not changed. */
  readonly sizeMs: number
  /** Time zone by whose clock windows start, e.g. "Europe/Berlin". Absent: windows are aligned to the epoch. */
  readonly tz?: string
}

/**
 * Windows that overlap: one ends with every step and is several steps long: "the last hour". A point's time is the start of
 * its window's last step, so that the newest is at the right end of a chart.
 */
export interface HoppingNode extends Omit<TumblingNode, 'kind'> {
  readonly kind: 'hopping'
  readonly everyMs: number
}

/**
 * Windows that begin together and end step by step: "today so far". A point's time is the start of its window's last
 * step.
 */
export interface CumulativeNode extends Omit<TumblingNode, 'kind'> {
  readonly kind: 'cumulative'
  readonly everyMs: number
}

/** How much happened in a session; a number field of it. */
export type MeasureNode =
  | CountNode
  | SumNode
  | ExtremeNode
  /** From its first event to its last, milliseconds. */
  | { readonly kind: 'length' }
  | FunnelNode

/**
 * How many of the steps were done in their order, the last within so long of the first; the best of all tries. Other events
 * may come between.
 */
export interface FunnelNode {
  readonly kind: 'funnel'
  readonly steps: readonly PredicateNode[]
  readonly withinMs: number
}

/**
 * Sessions: events of one `of` with less than `gapMs` from each to the next. The metric's values are of sessions, each
 * counted in the tumbling window of length `everyMs` that its last event is in; tags are those of its first event.
 */
export interface SessionsNode {
  readonly kind: 'sessions'
  readonly of: FieldNode
  readonly gapMs: number
  readonly everyMs: number
  readonly tz?: string
  readonly measures: Readonly<Record<string, MeasureNode>>
}

export type WindowNode = TumblingNode | HoppingNode | CumulativeNode | SessionsNode

interface Zoned {
  readonly tz?: string
}
interface Stepped extends Zoned {
  readonly every: string
}

const zoned = ({ tz }: Zoned): Zoned => (tz === undefined ? {} : { tz })
const stepped = (size: string, options: Stepped) => ({
  sizeMs: durationMs(size),
  everyMs: durationMs(options.every),
  ...zoned(options),
})

/** Windows of a length, one after the other: `tumbling('10s')`, or by the clock of a zone: `tumbling('1d', { tz })`. */
export const tumbling = (size: string, options: Zoned = {}): TumblingNode => ({
  kind: 'tumbling',
  sizeMs: durationMs(size),
  ...zoned(options),
})

/** Windows of a length that begin every step: `hopping('1h', { every: '5m' })`. */
export const hopping = (size: string, options: Stepped): HoppingNode => ({
  kind: 'hopping',
  ...stepped(size, options),
})

/** The day so far, every five minutes: `cumulative('1d', { every: '5m', tz })`. */
export const cumulative = (size: string, options: Stepped): CumulativeNode => ({
  kind: 'cumulative',
  ...stepped(size, options),
})

/** Sessions: `sessions({ of: field('session_id'), gap: '30m', every: '1m', measures: { pages: count() } })`. */
export const sessions = (options: {
  readonly of: FieldNode
  readonly gap: string
  readonly every: string
  readonly tz?: string
  readonly measures?: Readonly<Record<string, MeasureNode>>
}): SessionsNode => ({
  kind: 'sessions',
  of: options.of,
  gapMs: durationMs(options.gap),
  everyMs: durationMs(options.every),
  ...zoned(options),
  measures: options.measures ?? {},
})

/** How long a session is, milliseconds. */
export const length = (): MeasureNode => ({ kind: 'length' })

/** How many of the steps a session did, one after the other: `funnel([viewed, bought], { within: '1h' })`. */
export const funnel = (
  steps: readonly PredicateNode[],
  { within }: { readonly within: string },
): FunnelNode => ({ kind: 'funnel', steps, withinMs: durationMs(within) })

/** The stretches that a metric's points lie on, one after the other: a point's time is the start of one. */
export function stepsOf(window: WindowNode): TumblingNode {
  if (window.kind === 'tumbling') return window
  return { kind: 'tumbling', sizeMs: window.everyMs, ...zoned(window) }
}

/** Whether an event is in several windows: their counts do not add up over time. */
export const isOverlapping = ({ kind }: WindowNode): boolean =>
  kind === 'hopping' || kind === 'cumulative'
