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
  query: ValuesQuery,
): Promise<TagValues> {
  await reader.refresh()
  const panels = panelsIn(pipeline).filter(({ metric }) => metric.by.includes(query.tag))
  const asked = panels.filter(({ id }) => id === query.panel)
  // Else one whose values make a whole, and of which there is something.
  const candidates = asked.length > 0 ? asked : [...panels.filter(adds), ...panels]
  for (const of of candidates) {
    const answer = valuesOf(of, reader, query)
    if (answer.values.length > 0) return answer
  }
  return valuesOf(candidates[0], reader, query)
}

function valuesOf(of: PanelOf, reader: RangeReader, { view, tag }: ValuesQuery): TagValues {
  const { metric, rolled, memory } = reader.known().get(of.metric.name) as Known
  const { value } = of.panel
  const cut = cutOf(metric, view.filter, tag)
  const isKnown = courseOf(metric, value, cut.by, Infinity).kind !== 'none'
  const cutPart = cutRolled(metric, rolled, cut, memory)
  const totals = [...amountsBy(metric, cutPart, reader.stretch(), tag)].map(([name, fields]) => ({
    name,
    total: isKnown ? (fields[value] ?? null) : null,
  }))
  totals.sort((a, b) => (b.total ?? 0) - (a.total ?? 0) || (a.name < b.name ? -1 : 1))
  return {
    tag,
    value: isKnown ? describeValue(metric, of.panel, value) : null,
    values: totals.slice(0, MAX_TAG_VALUES),
    more: Math.max(0, totals.length - MAX_TAG_VALUES),
  }
}

/** Whether values of the tag make a whole. */
const adds = ({ metric, panel }: PanelOf) => valueKindOf(metric.values[panel.value]) === 'sum'
