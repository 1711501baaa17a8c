// The values of a tag in a range, with how much each has of a panel's value: what a filter can be made of.
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { amountsBy } from './amounts.ts'
import type { TagValues } from './api.ts'
import { courseOf, cutOf, cutRolled } from './cut.ts'
import { MAX_TAG_VALUES } from './limits.ts'
import { describeValue, type PanelOf, panelsIn, valueKindOf } from './panels.ts'
import type { ValuesQuery } from './query.ts'
import type { Known, RangeReader } from './reader.ts'

/** Reads what is needed. Rejects as the store does. */
export async function tagValues(
  pipeline: Pipeline,
  reader: RangeReader,
  { view, tag, panel: id }: ValuesQuery,
): Promise<TagValues> {
  await reader.refresh()
  const panels = panelsIn(pipeline).filter(({ metric }) => metric.by.includes(tag))
  const of = panels.find((one) => one.id === id) ?? panels.find(adds) ?? panels[0]
  const { metric, rolled, memory } = reader.known().get(of.metric.name) as Known
  const cut = cutOf(metric, view.filter, tag)
  const stretch = reader.stretch()
  const value = courseOf(metric, of.panel.value, cut.by, Infinity).kind === 'none' ? null : of
  const amounts = amountsBy(metric, cutRolled(metric, rolled, cut, memory), stretch, tag)
  const totals = [...amounts].map(([name, fields]) => ({
    name,
    total: value === null ? null : (fields[of.panel.value] ?? null),
  }))
  totals.sort((a, b) => (b.total ?? 0) - (a.total ?? 0) || (a.name < b.name ? -1 : 1))
  return {
    tag,
    value: value === null ? null : describeValue(metric, of.panel, of.panel.value),
    values: totals.slice(0, MAX_TAG_VALUES),
    more: Math.max(0, totals.length - MAX_TAG_VALUES),
  }
}

/** Whether values of the tag make a whole. */
const adds = ({ metric, panel }: PanelOf) => valueKindOf(metric.values[panel.value]) === 'sum'
