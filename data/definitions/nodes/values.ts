// Values of a metric: what is folded from events, and what is computed of that when a window closes.
import { durationMs } from '../../../kit/duration.ts'
import type { FieldNode, NumberNode } from './numbers.ts'
import type { PredicateNode } from './predicates.ts'

/** An aggregate folds only events that satisfy `where`; absent: all events of the metric. */
interface Conditional {
  readonly where?: PredicateNode
}

export interface CountNode extends Conditional {
  readonly kind: 'count'
}
export interface SumNode extends Conditional {
  readonly kind: 'sum'
  readonly of: NumberNode
  readonly decimals: number
}
export interface ExtremeNode extends Conditional {
  readonly kind: 'min' | 'max'
  readonly of: NumberNode
  readonly decimals: number
}
export interface PercentileNode extends Conditional {
  readonly kind: 'percentile'
  readonly of: NumberNode
  readonly decimals: number
  /** Above 0 and below 100. */
  readonly percent: number
  /** How far from the exact value it may be, as a share of it: 0.01 is 1 %. */
  readonly error: number
}
export interface CountDistinctNode extends Conditional {
  readonly kind: 'countDistinct'
  readonly of: FieldNode
}
export interface ApproxDistinctNode extends Conditional {
  readonly kind: 'approxDistinct'
  readonly of: FieldNode
  /** Standard error as a share: about two of three results are that near, 95 % within twice that. */
  readonly error: number
}
export interface CountNewNode extends Conditional {
  readonly kind: 'countNew'
  readonly of: FieldNode
  /** A value is new again when no window that began within so long before had it. */
  readonly withinMs: number
}

/** A value folded from events. */
export type AggregateNode =
  | CountNode
  | SumNode
  | ExtremeNode
  | PercentileNode
  | CountDistinctNode
  | ApproxDistinctNode
  | CountNewNode

export interface RatioNode {
  readonly kind: 'ratio'
  /** Names of other values of the same metric. */
  readonly numerator: string
  readonly denominator: string
}
export interface DifferenceNode {
  readonly kind: 'difference'
  /** Names of other values of the same metric. */
  readonly from: string
  readonly less: string
}

/** A value computed from others of the same metric. */
export type ComputedNode = RatioNode | DifferenceNode

/** A mean as it is written down: `defineMetric` makes a sum, a count and their ratio of it. */
export interface AvgNode extends Conditional {
  readonly kind: 'avg'
  readonly of: NumberNode
  readonly decimals: number
}

export type ValueNode = AggregateNode | ComputedNode
/** What a definition may say. */
export type ValueInput = ValueNode | AvgNode

interface Where {
  readonly where?: PredicateNode
}
/** `decimals` are those of the expression (default 0). */
interface OfNumber extends Where {
  readonly decimals?: number
}

const conditional = ({ where }: Where): Where => (where === undefined ? {} : { where })
const ofNumber = (of: NumberNode, options: OfNumber) => ({
  of,
  decimals: options.decimals ?? 0,
  ...conditional(options),
})

/** Number of events, or of those that satisfy `where`. A whole number. */
export const count = (where?: PredicateNode): CountNode =>
  where === undefined ? { kind: 'count' } : { kind: 'count', where }

/** Exact sum. An event where a number is absent adds nothing. */
export const sum = (of: NumberNode, options: OfNumber = {}): SumNode => ({
  kind: 'sum',
  ...ofNumber(of, options),
})

/** The least number; no value when there was none. */
export const min = (of: NumberNode, options: OfNumber = {}): ExtremeNode => ({
  kind: 'min',
  ...ofNumber(of, options),
})

/** The largest number; no value when there was none. */
export const max = (of: NumberNode, options: OfNumber = {}): ExtremeNode => ({
  kind: 'max',
  ...ofNumber(of, options),
})

/** Mean of the numbers that are there. Its sum and count are written too (`<name>_sum`, `<name>_count`): those add up. */
export const avg = (of: NumberNode, options: OfNumber = {}): AvgNode => ({
  kind: 'avg',
  ...ofNumber(of, options),
})

/**
 * The number that so many percent of the numbers are at or below, e.g. 95: at most `error` (default 0.01) of it away from
 * the exact one, which is the ⌈percent / 100 · n⌉th smallest of n. Small whole numbers are told exactly.
 */
export const percentile = (
  of: NumberNode,
  percent: number,
  options: OfNumber & { readonly error?: number } = {},
): PercentileNode => ({
  kind: 'percentile',
  percent,
  error: options.error ?? 0.01,
  ...ofNumber(of, options),
})

/** Exact number of different values. */
export const countDistinct = (of: FieldNode, options: Where = {}): CountDistinctNode => ({
  kind: 'countDistinct',
  of,
  ...conditional(options),
})

/**
 * Number of different values, with a standard error of `error` (default 0.01), in memory that does not grow with them: at
 * 0.01 16 KiB a group. Exact up to some number, at 0.01 1,024.
 */
export const approxDistinct = (
  of: FieldNode,
  options: Where & { readonly error?: number } = {},
): ApproxDistinctNode => ({
  kind: 'approxDistinct',
  of,
  error: options.error ?? 0.01,
  ...conditional(options),
})

/** Exact number of values that none of the metric's windows of the time `within` before had, e.g. `'30d'`. */
export const countNew = (
  of: FieldNode,
  options: Where & { readonly within: string },
): CountNewNode => ({
  kind: 'countNew',
  of,
  withinMs: durationMs(options.within),
  ...conditional(options),
})

/** One value divided by another of the same metric; absent where the denominator is 0. */
export const ratio = (numerator: string, denominator: string): RatioNode => ({
  kind: 'ratio',
  numerator,
  denominator,
})

/** One value less another of the same metric. */
export const difference = (from: string, less: string): DifferenceNode => ({
  kind: 'difference',
  from,
  less,
})

/** Whether the value is computed from others. */
export const isComputed = (node: ValueNode): node is ComputedNode =>
  node.kind === 'ratio' || node.kind === 'difference'

/** Names of the values that a computed one is made of. */
export const partsOf = (node: ComputedNode): readonly [string, string] =>
  node.kind === 'ratio' ? [node.numerator, node.denominator] : [node.from, node.less]
