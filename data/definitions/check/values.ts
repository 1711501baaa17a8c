// Whether the values of a metric can be computed. Pure.
import { expandValues } from '../expand.ts'
import type { MetricInput } from '../metric.ts'
import { decimalsOf } from '../metric.ts'
import type { AggregateNode, AvgNode, MeasureNode, NumberNode, ValueInput } from '../nodes.ts'
import { fieldsOfNumber, isComputed, partsOf } from '../nodes.ts'
import { checkPredicate, type Fields, mustBe } from './names.ts'

/** Throws an Error that says what is wrong with `values.<name>`. */
export function checkValue(
  metric: MetricInput<string>,
  name: string,
  value: ValueInput,
  fields: Fields,
): void {
  const place = `values.${name}`
  if (value.kind === 'ratio' || value.kind === 'difference') {
    const written = expandValues(metric.values)
    const aggregates = Object.keys(written).filter((other) => !isComputed(written[other]))
    for (const part of partsOf(value))
      mustBe(part, aggregates, place, 'counted or summed value of this metric')
    return
  }
  checkFolded(value, place, fields)
  if (value.kind === 'countNew') checkNew(metric, place, value.withinMs)
}

/** A value folded from events, or a measure of a session. */
export function checkFolded(
  value: AggregateNode | AvgNode | Exclude<MeasureNode, { kind: 'length' | 'funnel' }>,
  place: string,
  fields: Fields,
): void {
  checkPredicate(value.where, place, fields)
  switch (value.kind) {
    case 'count':
      break
    case 'countDistinct':
    case 'countNew':
      mustBe(value.of.name, fields.text, place, 'text field')
      break
    case 'approxDistinct':
      mustBe(value.of.name, fields.text, place, 'text field')
      checkError(value.error, place, 0.002, 0.1)
      break
    case 'percentile':
      checkNumber(value, place, fields)
      if (!(value.percent > 0 && value.percent < 100))
        throw new Error(
          `${place}: expected a percentage above 0 and below 100, got ${value.percent}`,
        )
      checkError(value.error, place, 0.001, 0.2)
      break
    default:
      checkNumber(value, place, fields)
  }
}

function checkNumber(
  { of, decimals }: { readonly of: NumberNode; readonly decimals: number },
  place: string,
  fields: Fields,
): void {
  for (const field of fieldsOfNumber(of)) mustBe(field, fields.number, place, 'number field')
  const expected = decimalsOf(of, fields.schema)
  if (expected !== decimals)
    throw new Error(`${place} has ${expected} decimals; expected { decimals: ${expected} }`)
}

function checkError(error: number, place: string, least: number, most: number): void {
  if (!(error >= least && error <= most))
    throw new Error(`${place}: expected an error from ${least} to ${most}, got ${error}`)
}

function checkNew(metric: MetricInput<string>, place: string, withinMs: number): void {
  const { window, allowedLateness } = metric
  if (window.kind !== 'tumbling')
    throw new Error(`${place}: what is new is told by tumbling windows; got ${window.kind} ones`)
  if (allowedLateness !== undefined)
    throw new Error(
      `${place}: what is new depends on the windows before, which then change no more; ` +
        'expected no allowedLateness',
    )
  if (metric.top !== undefined)
    throw new Error(`${place}: what is new is told of each group; expected no top`)
  if (withinMs < window.sizeMs)
    throw new Error(`${place}: expected { within } to be a window or more`)
}
