// A metric is data: what to count, by what, in which windows, and how to show it.
import type { FieldType, Measurement } from '../point.ts'
import type { EventSchema } from '../schema.ts'
import { leavesOf, type PredicateNode } from './nodes/predicates.ts'
import {
  type NumberNode,
  partsOf,
  type ValueInput,
  type ValueNode,
  type WindowNode,
} from './nodes.ts'

/** What a panel looks like. */
export type PanelKind =
  /** Over time: bars on top of each other for what adds up, lines for the rest. */
  | 'series'
  /** The values of `split` beside each other over the whole range, in the order of their names: age groups. */
  | 'bars'
  /** The same as parts of a whole: a donut. */
  | 'share'
  /** The same, largest first: top products, countries. */
  | 'ranking'
  /** A row per value of `split`, a column per value of `values`. */
  | 'table'
  /** `values` are steps, each a part of the one before. */
  | 'funnel'
  /** By hour of the day and day. */
  | 'heatmap'

/** How a metric is shown; dashboards are made from it. */
export interface Panel {
  readonly title: string
  /** Absent: `series`. */
  readonly kind?: PanelKind
  /** The value drawn. */
  readonly value: string
  /** Values drawn together, `value` among them: lines, columns or steps. Absent: `value` alone. */
  readonly values?: readonly string[]
  /** Grafana's unit id: `short`, `currencyUSD`, `percentunit`. */
  readonly unit: string
  /** A line per value of this tag; absent: one line. */
  readonly split?: string
  /** Values shown as totals over the time range, besides the panel. */
  readonly totals?: readonly string[]
  /** Heading that panels stand under together: "Sales". Absent: the first. */
  readonly section?: string
}

/**
 * Only the largest groups of a window are written: of the values of `of` the `count` that have the largest `value` (those of
 * one size in the order of their names). The rest is added up as one group, whose tags `of` are `other`.
 */
export interface Top {
  readonly count: number
  readonly of: readonly string[]
  readonly value: string
}

export interface Metric {
  /** Measurement's name, snake case. */
  readonly name: string
  readonly summary: string
  /** Absent: every event. */
  readonly where?: PredicateNode
  /** Fields that become tags, in order. */
  readonly by: readonly string[]
  readonly window: WindowNode
  /** An event this long after its window closed still corrects it. 0: closed is closed. */
  readonly allowedLatenessMs: number
  /** Open windows are shown this often too. Absent: a window is shown when it closes. */
  readonly emitEveryMs?: number
  /** Absent: every group is written. */
  readonly top?: Top
  /** A series without events is written with zeros until so long after its last. Absent: no events, no point. */
  readonly zerosForMs?: number
  readonly values: Readonly<Record<string, ValueNode>>
  readonly panel: Panel
  /** More panels of the same numbers. */
  readonly panels?: readonly Panel[]
}

export const kindOf = ({ kind = 'series' }: Panel): PanelKind => kind

/** Whether the panel shows the values of a tag and nothing else. */
export const needsSplit = (panel: Panel): boolean =>
  ['bars', 'share', 'ranking', 'table'].includes(kindOf(panel))

/** All panels of a metric, the main one first. */
export const panelsOf = ({ panel, panels = [] }: Pick<Metric, 'panel' | 'panels'>): Panel[] => [
  panel,
  ...panels,
]

/** A metric as it is written down: durations as text, and what is left out takes its default. */
export interface MetricInput<Name extends string>
  extends Omit<Metric, 'by' | 'allowedLatenessMs' | 'emitEveryMs' | 'zerosForMs' | 'values'> {
  readonly by: readonly Name[]
  /** How long after its window closed an event still corrects it, e.g. `'1m'`. Default: not at all. */
  readonly allowedLateness?: string
  /** When a window is shown: when it closes (the default), or every so often while it is open as well. */
  readonly emit?: 'onClose' | { readonly every: string }
  /** Zeros for a series without events, until so long after its last, e.g. `'1h'`. */
  readonly zerosFor?: string
  readonly values: Readonly<Record<string, ValueInput>>
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

function typeOf(value: ValueNode, metric: Metric): FieldType {
  switch (value.kind) {
    case 'ratio':
    case 'percentile':
      return 'float'
    case 'sum':
    case 'min':
    case 'max':
      return value.decimals > 0 ? 'float' : 'integer'
    case 'difference':
      return partsOf(value).some((name) => typeOf(metric.values[name], metric) === 'float')
        ? 'float'
        : 'integer'
    default:
      return 'integer'
  }
}

/** Whether late events correct points: sessions are counted once no event of theirs can come any more. */
const isCorrected = ({ allowedLatenessMs, window }: Metric): boolean =>
  allowedLatenessMs > 0 && window.kind !== 'sessions'

/** What the metric writes: names and types of tags and fields. */
export function measurementOf(metric: Metric): Measurement {
  const fields = Object.fromEntries(
    Object.entries(metric.values).map(([name, value]) => [name, typeOf(value, metric)]),
  )
  const revision: Record<string, FieldType> = isCorrected(metric) ? { [REVISION]: 'integer' } : {}
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

/** The fields that a predicate reads, texts and numbers. */
export const fieldsOfPredicate = (node: PredicateNode | undefined): string[] =>
  leavesOf(node).map(({ field }) => field.name)
