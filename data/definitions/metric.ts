// A metric is data: what to count, by what, in which windows, and how to show it.
import type { FieldType, Measurement } from '../point.ts'
import type { EventSchema } from '../schema.ts'
import type { NumberNode, PredicateNode, TumblingNode, ValueNode } from './nodes.ts'

/** How a metric is shown; dashboards are made from it. */
export interface Panel {
  readonly title: string
  /** The value drawn. */
  readonly value: string
  /** Grafana's unit id: `short`, `currencyUSD`, `percentunit`. */
  readonly unit: string
  /** A line per value of this tag; absent: one line. */
  readonly split?: string
  /** Values shown as totals over the time range, besides the panel. */
  readonly totals?: readonly string[]
}

export interface Metric {
  /** Measurement's name, snake case. */
  readonly name: string
  readonly summary: string
  /** Absent: every event. */
  readonly where?: PredicateNode
  /** Fields that become tags, in order. */
  readonly by: readonly string[]
  readonly window: TumblingNode
  /** An event this long after its window closed still corrects it. 0: closed is closed. */
  readonly allowedLatenessMs: number
  /** Open windows are shown this often too. Absent: a window is shown when it closes. */
  readonly emitEveryMs?: number
  readonly values: Readonly<Record<string, ValueNode>>
  readonly panel: Panel
}

/** A metric as it is written down: durations as text, and what is left out takes its default. */
export interface MetricInput<Name extends string>
  extends Omit<Metric, 'by' | 'allowedLatenessMs' | 'emitEveryMs'> {
  readonly by: readonly Name[]
  /** How long after its window closed an event still corrects it, e.g. `'1m'`. Default: not at all. */
  readonly allowedLateness?: string
  /** When a window is shown: when it closes (the default), or every so often while it is open as well. */
  readonly emit?: 'onClose' | { readonly every: string }
}

/** The field that says how many late events have corrected a point; only where lateness is allowed. */
export const REVISION = 'revision'

/** Columns that a table adds to an event, looked up by one of the event's fields. */
export interface Enrichment {
  /** Name of the table. */
  readonly table: string
  /** The event's field that is looked up. */
  readonly key: string
  /** The table's columns that become fields of the event. */
  readonly fields: readonly string[]
}

/** Decimals of a number expression over fields of the schema. */
export function decimalsOf(node: NumberNode, schema: EventSchema): number {
  if (node.kind === 'mul') return decimalsOf(node.left, schema) + decimalsOf(node.right, schema)
  return schema.fields.find((field) => field.name === node.name)?.decimals ?? 0
}

/** What the metric writes: names and types of tags and fields. */
export function measurementOf(metric: Metric): Measurement {
  const typeOf = (value: ValueNode): FieldType =>
    value.kind === 'ratio' || (value.kind === 'sum' && value.decimals > 0) ? 'float' : 'integer'
  const fields = Object.fromEntries(
    Object.entries(metric.values).map(([name, value]) => [name, typeOf(value)]),
  )
  const revision: Record<string, FieldType> =
    metric.allowedLatenessMs > 0 ? { [REVISION]: 'integer' } : {}
  return { name: metric.name, tags: metric.by, fields: { ...fields, ...revision } }
}

/** Ends the name of the measurement that windows still open are written to; no metric's name ends so. */
export const OPEN_SUFFIX = '_open'

/**
 * What the metric writes of windows that are still open: apart, so that `measurementOf` holds final values only. A point
 * there tells nothing once its window is closed.
 */
export function openMeasurementOf(metric: Metric): Measurement {
  const final = measurementOf(metric)
  return { ...final, name: `${final.name}${OPEN_SUFFIX}` }
}

/** The event's and enrichment's fields that a predicate reads. */
export function fieldsOfPredicate(node: PredicateNode | undefined): string[] {
  if (node === undefined) return []
  if (node.kind === 'oneOf') return [node.field.name]
  return node.kind === 'not' ? fieldsOfPredicate(node.term) : node.terms.flatMap(fieldsOfPredicate)
}

/** The number fields an expression reads. */
export const fieldsOfNumber = (node: NumberNode): string[] =>
  node.kind === 'mul' ? [node.left.name, node.right.name] : [node.name]
