// A metric is data: what to count, by what, in which windows, and how to show it.
import { didYouMean } from '../../kit/nearest.ts'
import type { FieldType, Measurement } from '../point.ts'
import type { EventSchema, FieldName, FieldSpec } from '../schema.ts'
import type { FieldNode, NumberNode, PredicateNode, TumblingNode, ValueNode } from './nodes.ts'

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
  readonly values: Readonly<Record<string, ValueNode>>
  readonly panel: Panel
}

/** Columns that a table adds to an event, looked up by one of the event's fields. */
export interface Enrichment {
  /** Name of the table. */
  readonly table: string
  /** The event's field that is looked up. */
  readonly key: string
  /** The table's columns that become fields of the event. */
  readonly fields: readonly string[]
}

/** The fields metrics of one schema and enrichment may name. A misspelt one does not compile. */
export interface Vocabulary<Name extends string = string> {
  readonly field: (name: Name) => FieldNode<Name>
  /** Checks a metric and freezes it. Throws an Error that names metric, field and the nearest right name. */
  readonly defineMetric: (metric: MetricInput<Name>) => Metric
}

export interface MetricInput<Name extends string> extends Omit<Metric, 'by'> {
  readonly by: readonly Name[]
}

/** The vocabulary of a schema and an enrichment. */
export function vocabularyOf<const S extends EventSchema, const E extends Enrichment>(
  schema: S,
  enrichment: E,
): Vocabulary<FieldName<S> | E['fields'][number]> {
  return {
    field: (name) => ({ kind: 'field', name }),
    defineMetric: (metric) => {
      checkMetric(metric, schema, enrichment)
      return deepFreeze(structuredClone(metric) as Metric)
    },
  }
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
  return { name: metric.name, tags: metric.by, fields }
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

function checkMetric(
  metric: MetricInput<string>,
  schema: EventSchema,
  enrichment: Enrichment,
): void {
  const fail = (what: string): never => {
    throw new Error(`metric "${metric.name}": ${what}`)
  }
  const textFields = [
    ...schema.fields.filter((f) => f.kind === 'string').map((f) => f.name),
    ...enrichment.fields,
  ]
  const numberFields = schema.fields.filter(isNumber).map((f) => f.name)
  const mustBe = (name: string, allowed: readonly string[], place: string, what: string) => {
    if (!allowed.includes(name))
      fail(`${place} names "${name}", which is no ${what}${didYouMean(name, allowed)}`)
  }
  if (!/^[a-z][a-z0-9_]*$/.test(metric.name))
    fail('expected a name in snake case, e.g. "clicks_by_page"')
  for (const tag of metric.by) mustBe(tag, textFields, 'by', 'text field')
  for (const name of fieldsOfPredicate(metric.where))
    mustBe(name, textFields, 'where', 'text field')
  for (const [name, value] of Object.entries(metric.values)) {
    const place = `values.${name}`
    if (metric.by.includes(name)) fail(`${place} has the name of a tag`)
    if (value.kind === 'count') {
      for (const field of fieldsOfPredicate(value.where))
        mustBe(field, textFields, place, 'text field')
    } else if (value.kind === 'countDistinct') {
      mustBe(value.of.name, textFields, place, 'text field')
    } else if (value.kind === 'sum') {
      for (const field of fieldsOfNumber(value.of))
        mustBe(field, numberFields, place, 'number field')
      const decimals = decimalsOf(value.of, schema)
      if (decimals !== value.decimals)
        fail(`${place} has ${decimals} decimals; expected { decimals: ${decimals} }`)
    } else {
      const aggregates = Object.keys(metric.values).filter(
        (other) => metric.values[other].kind !== 'ratio',
      )
      mustBe(value.numerator, aggregates, place, 'counted or summed value of this metric')
      mustBe(value.denominator, aggregates, place, 'counted or summed value of this metric')
    }
  }
  mustBe(metric.panel.value, Object.keys(metric.values), 'panel.value', 'value of this metric')
  for (const total of metric.panel.totals ?? []) {
    mustBe(total, Object.keys(metric.values), 'panel.totals', 'value of this metric')
  }
  if (metric.panel.split !== undefined)
    mustBe(metric.panel.split, metric.by, 'panel.split', 'tag of this metric')
}

const isNumber = (field: FieldSpec) => field.kind === 'integer' || field.kind === 'decimal'

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner)
    Object.freeze(value)
  }
  return value
}
