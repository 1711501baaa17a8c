// Whether a definition makes sense for a schema and an enrichment: what types cannot hold, or were not asked to. Pure.
import { didYouMean } from '../../../kit/nearest.ts'
import type { EventSchema } from '../../schema.ts'
import { expandValues } from '../expand.ts'
import {
  type Enrichment,
  kindOf,
  type MetricInput,
  needsSplit,
  OPEN_SUFFIX,
  type Panel,
  panelsOf,
  REVISION,
} from '../metric.ts'
import { emitEveryMsOf, latenessMsOf, zerosForMsOf } from '../timing.ts'
import { checkPredicate, fieldsOfEvents, fieldsOfValues, mustBe } from './names.ts'
import { checkValue } from './values.ts'
import { checkWindow } from './window.ts'

const PARTS = Object.keys({
  name: true,
  summary: true,
  where: true,
  by: true,
  window: true,
  allowedLateness: true,
  emit: true,
  top: true,
  zerosFor: true,
  values: true,
  panel: true,
  panels: true,
} satisfies Record<keyof MetricInput<string>, true>)

/** Throws an Error that names the metric, the place in it, what is wrong and the nearest right name. */
export function checkMetric(
  metric: MetricInput<string>,
  schema: EventSchema,
  enrichment: Enrichment,
): void {
  try {
    checkNames(metric)
    const fields = fieldsOfEvents(schema, enrichment)
    for (const tag of metric.by) mustBe(tag, fields.text, 'by', 'text field')
    checkPredicate(metric.where, 'where', fields)
    checkWindow(metric, fields)
    latenessMsOf(metric)
    emitEveryMsOf(metric)
    zerosForMsOf(metric)
    const ofValues = fieldsOfValues(metric, fields)
    for (const [name, value] of Object.entries(metric.values))
      checkValue(metric, name, value, ofValues)
    checkTop(metric)
    for (const panel of panelsOf(metric)) checkPanel(metric, panel)
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
  for (const name of Object.keys(expandValues(metric.values))) {
    if (metric.by.includes(name)) throw new Error(`values.${name} has the name of a tag`)
    if (name === REVISION)
      throw new Error(
        `values.${name} has the name of the field that counts corrections by late events; expected another`,
      )
  }
}

function checkTop({ top, by, values, allowedLateness }: MetricInput<string>): void {
  if (top === undefined) return
  if (!Number.isInteger(top.count) || top.count < 1)
    throw new Error(`top.count: expected a whole number above 0, got ${top.count}`)
  if (top.of.length === 0) throw new Error('top.of: expected a tag or more, got none')
  for (const tag of top.of) mustBe(tag, by, 'top.of', 'tag of this metric')
  mustBe(top.value, Object.keys(values), 'top.value', 'value of this metric')
  if (allowedLateness !== undefined)
    throw new Error(
      'top: the largest groups of a window are not corrected; expected no allowedLateness',
    )
}

function checkPanel({ values, by }: MetricInput<string>, panel: Panel): void {
  const names = Object.keys(values)
  mustBe(panel.value, names, 'panel.value', 'value of this metric')
  for (const total of panel.totals ?? [])
    mustBe(total, names, 'panel.totals', 'value of this metric')
  for (const value of panel.values ?? [])
    mustBe(value, names, 'panel.values', 'value of this metric')
  if (panel.values !== undefined && !panel.values.includes(panel.value))
    throw new Error(`panel.values: expected "${panel.value}", the panel's value, among them`)
  if (panel.split !== undefined) mustBe(panel.split, by, 'panel.split', 'tag of this metric')
  const kind = kindOf(panel)
  if (needsSplit(panel) && panel.split === undefined)
    throw new Error(`panel.kind is "${kind}", which shows the values of a tag; expected { split }`)
  if (kind === 'funnel' && (panel.values ?? []).length < 2)
    throw new Error('panel.kind is "funnel"; expected { values } with two steps or more')
}
