// Whether a definition makes sense for a schema and an enrichment: what types cannot hold, or were not asked to. Pure.
import { exactDuration } from '../../kit/duration.ts'
import { didYouMean, nearest } from '../../kit/nearest.ts'
import type { EventSchema, FieldSpec } from '../schema.ts'
import type { Enrichment, MetricInput } from './metric.ts'
import { decimalsOf, fieldsOfNumber, fieldsOfPredicate, OPEN_SUFFIX, REVISION } from './metric.ts'
import type { TumblingNode, ValueNode } from './nodes.ts'
import { emitEveryMsOf, latenessMsOf } from './timing.ts'
import { isZonedSize, windowsOf } from './windows.ts'

const PARTS = Object.keys({
  name: true,
  summary: true,
  where: true,
  by: true,
  window: true,
  allowedLateness: true,
  emit: true,
  values: true,
  panel: true,
} satisfies Record<keyof MetricInput<string>, true>)

/** Throws an Error that names the metric, the place in it, what is wrong and the nearest right name. */
export function checkMetric(
  metric: MetricInput<string>,
  schema: EventSchema,
  enrichment: Enrichment,
): void {
  try {
    checkNames(metric)
    const fields = {
      schema,
      text: [
        ...schema.fields.filter(({ kind }) => kind === 'string').map(({ name }) => name),
        ...enrichment.fields,
      ],
      number: schema.fields.filter(isNumber).map(({ name }) => name),
    }
    for (const tag of metric.by) mustBe(tag, fields.text, 'by', 'text field')
    for (const name of fieldsOfPredicate(metric.where))
      mustBe(name, fields.text, 'where', 'text field')
    checkWindow(metric.window)
    latenessMsOf(metric)
    emitEveryMsOf(metric)
    for (const [name, value] of Object.entries(metric.values))
      checkValue(metric, `values.${name}`, value, fields)
    checkPanel(metric)
  } catch (error) {
    throw new Error(`metric "${metric.name}": ${(error as Error).message}`, { cause: error })
  }
}

function checkNames(metric: MetricInput<string>): void {
  if (!/^[a-z][a-z0-9_]*$/.test(metric.name))
    throw new Error('expected a name in snake case, e.g. "clicks_by_page"')
  if (metric.name.endsWith(OPEN_SUFFIX))
    throw new Error(
      `its name ends in "${OPEN_SUFFIX}", as do those of windows still open; expected another`,
    )
  for (const part of Object.keys(metric))
    if (!PARTS.includes(part))
      throw new Error(`has "${part}", which is no part of a metric${didYouMean(part, PARTS)}`)
  for (const name of Object.keys(metric.values)) {
    if (metric.by.includes(name)) throw new Error(`values.${name} has the name of a tag`)
    if (name === REVISION)
      throw new Error(
        `values.${name} has the name of the field that counts corrections by late events; expected another`,
      )
  }
}

function checkWindow({ sizeMs, tz }: TumblingNode): void {
  if (!(sizeMs > 0)) throw new Error(`window: expected a length above 0, got ${sizeMs} ms`)
  if (tz === undefined) return
  if (!isZonedSize(sizeMs))
    throw new Error(
      `window: ${exactDuration(sizeMs)} in "${tz}"; expected 1h, 2h, 3h, 4h, 6h, 8h, 12h or whole days, ` +
        'or no time zone',
    )
  const names = Intl.supportedValuesOf('timeZone')
  const sameName = names.find((name) => name.toLowerCase() === tz.toLowerCase())
  if (!isZone(tz) || (sameName !== undefined && sameName !== tz)) {
    const near = nearest(tz, names)
    throw new Error(
      `window.tz is "${tz}", which is no time zone` +
        (near === undefined
          ? '; expected a name like "Europe/Berlin"'
          : `; did you mean "${near}"?`),
    )
  }
}

/** Names only: an offset such as "+02:00" is a zone to some Node versions and to no InfluxDB. */
function isZone(tz: string): boolean {
  try {
    windowsOf({ kind: 'tumbling', sizeMs: 86_400_000, tz })
    return /^[A-Za-z]/.test(tz)
  } catch {
    return false
  }
}

interface Fields {
  readonly schema: EventSchema
  readonly text: readonly string[]
  readonly number: readonly string[]
}

function checkValue(
  metric: MetricInput<string>,
  place: string,
  value: ValueNode,
  fields: Fields,
): void {
  if (value.kind === 'count') {
    for (const field of fieldsOfPredicate(value.where))
      mustBe(field, fields.text, place, 'text field')
  } else if (value.kind === 'countDistinct') {
    mustBe(value.of.name, fields.text, place, 'text field')
  } else if (value.kind === 'sum') {
    for (const field of fieldsOfNumber(value.of))
      mustBe(field, fields.number, place, 'number field')
    const decimals = decimalsOf(value.of, fields.schema)
    if (decimals !== value.decimals)
      throw new Error(`${place} has ${decimals} decimals; expected { decimals: ${decimals} }`)
  } else {
    const aggregates = Object.keys(metric.values).filter(
      (other) => metric.values[other].kind !== 'ratio',
    )
    mustBe(value.numerator, aggregates, place, 'counted or summed value of this metric')
    mustBe(value.denominator, aggregates, place, 'counted or summed value of this metric')
  }
}

function checkPanel({ panel, values, by }: MetricInput<string>): void {
  const names = Object.keys(values)
  mustBe(panel.value, names, 'panel.value', 'value of this metric')
  for (const total of panel.totals ?? [])
    mustBe(total, names, 'panel.totals', 'value of this metric')
  if (panel.split !== undefined) mustBe(panel.split, by, 'panel.split', 'tag of this metric')
}

function mustBe(name: string, allowed: readonly string[], place: string, what: string): void {
  if (!allowed.includes(name))
    throw new Error(`${place} names "${name}", which is no ${what}${didYouMean(name, allowed)}`)
}

const isNumber = (field: FieldSpec) => field.kind === 'integer' || field.kind === 'decimal'
