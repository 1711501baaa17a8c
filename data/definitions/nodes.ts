// The words metrics are made of: frozen plain nodes, no closures. Compilers read them; nodes do nothing.
import { durationMs } from '../../kit/duration.ts'

/** A field of the event, or one that the enrichment adds. */
export interface FieldNode<Name extends string = string> {
  readonly kind: 'field'
  readonly name: Name
}

export interface MulNode {
  readonly kind: 'mul'
  readonly left: FieldNode
  readonly right: FieldNode
}

export type NumberNode = FieldNode | MulNode

export type PredicateNode =
  | { readonly kind: 'oneOf'; readonly field: FieldNode; readonly values: readonly string[] }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly PredicateNode[] }
  | { readonly kind: 'not'; readonly term: PredicateNode }

export interface CountNode {
  readonly kind: 'count'
  /** Counts only events that satisfy this; absent: all events of the metric. */
  readonly where?: PredicateNode
}
export interface SumNode {
  readonly kind: 'sum'
  readonly of: NumberNode
  readonly decimals: number
}
export interface CountDistinctNode {
  readonly kind: 'countDistinct'
  readonly of: FieldNode
}
export interface RatioNode {
  readonly kind: 'ratio'
  /** Names of other values of the same metric. */
  readonly numerator: string
  readonly denominator: string
}

/** A value folded from events. */
export type AggregateNode = CountNode | SumNode | CountDistinctNode
/** A value of a metric: folded from events, or computed from other values when the window closes. */
export type ValueNode = AggregateNode | RatioNode

/** Windows one after the other, half-open: `windowsOf` says where they start and end. */
export interface TumblingNode {
  readonly kind: 'tumbling'
  /** Length; in a time zone that of a window in which the clock is not changed. */
  readonly sizeMs: number
  /** Time zone by whose clock windows start, e.g. "Europe/Berlin". Absent: windows are aligned to the epoch. */
  readonly tz?: string
}

/** Events whose `field` is `value`. */
export const eq = (field: FieldNode, value: string): PredicateNode => oneOf(field, [value])

/** Events whose `field` is one of `values`. */
export const oneOf = (field: FieldNode, values: readonly string[]): PredicateNode => ({
  kind: 'oneOf',
  field,
  values,
})

export const and = (...terms: readonly PredicateNode[]): PredicateNode => ({ kind: 'and', terms })
export const or = (...terms: readonly PredicateNode[]): PredicateNode => ({ kind: 'or', terms })
export const not = (term: PredicateNode): PredicateNode => ({ kind: 'not', term })

/** Product of two number fields, exact: decimals add up. */
export const mul = (left: FieldNode, right: FieldNode): MulNode => ({ kind: 'mul', left, right })

/** Number of events, or of those that satisfy `where`. A whole number. */
export const count = (where?: PredicateNode): CountNode =>
  where === undefined ? { kind: 'count' } : { kind: 'count', where }

/**
 * Exact sum. An event where a number is absent adds nothing. `decimals` are those of the result and must be those of the
 * expression (default 0).
 */
export const sum = (of: NumberNode, options: { readonly decimals?: number } = {}): SumNode => ({
  kind: 'sum',
  of,
  decimals: options.decimals ?? 0,
})

/** Exact number of different values. */
export const countDistinct = (of: FieldNode): CountDistinctNode => ({ kind: 'countDistinct', of })

/** One value divided by another of the same metric; absent where the denominator is 0. */
export const ratio = (numerator: string, denominator: string): RatioNode => ({
  kind: 'ratio',
  numerator,
  denominator,
})

/** Windows of a length, one after the other: `tumbling('10s')`, or by the clock of a zone: `tumbling('1d', { tz })`. */
export const tumbling = (size: string, { tz }: { readonly tz?: string } = {}): TumblingNode => ({
  kind: 'tumbling',
  sizeMs: durationMs(size),
  ...(tz === undefined ? {} : { tz }),
})
