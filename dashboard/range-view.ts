// A view of a range: all panels as one page asks for them. Panels whose numbers did not change are the same objects again.
import type { Pipeline } from '../data/definitions/pipeline.ts'
import type { PanelView, View } from './api.ts'
import type { Stretch } from './panel-data.ts'
import { defaultSplit, type PanelOf, panelsIn } from './panels.ts'
import type { ViewQuery } from './query.ts'
import type { Extent, Known, RangeReader } from './reader.ts'
import { panelView } from './view.ts'

/** `wholeExtent` answers where data is, anywhere; asked only when the range holds none. */
export function createRangeView(
  pipeline: Pipeline,
  reader: RangeReader,
  query: ViewQuery,
  clock: { readonly nowMs: () => number },
  wholeExtent: () => Promise<Extent | undefined>,
): () => Promise<View> {
  const panels = panelsIn(pipeline)
  const made = new Map<string, { readonly key: string; readonly view: PanelView }>()

  function viewOf(of: PanelOf, known: Known, stretch: Stretch): PanelView {
    const before = made.get(of.id)
    const complete = before?.view.edges.filter((ms) => ms <= stretch.completeUntilMs).length
    const key = [known.version, stretch.fromMs, stretch.toMs, complete].join(' ')
    if (before !== undefined && before.key === key) return before.view
    const split = query.splits.has(of.id)
      ? query.splits.get(of.id)
      : defaultSplit(of.metric, of.panel)
    const view = panelView(of, known, { ...query, stretch, split })
    const now = view.edges.filter((ms) => ms <= stretch.completeUntilMs).length
    made.set(of.id, { key: [known.version, stretch.fromMs, stretch.toMs, now].join(' '), view })
    return view
  }

  return async () => {
    await reader.refresh()
    const stretch = reader.stretch()
    const known = reader.known()
    const views = panels.flatMap((of) => {
      const own = known.get(of.metric.name)
      return own === undefined ? [] : [viewOf(of, own, stretch)]
    })
    const here = views.some(({ empty }) => !empty)
    const inside = here || hasData(known.values(), stretch)
    const extent = inside || query.range.kind === 'all' ? undefined : await wholeExtent()
    return {
      range: query.range.kind === 'last' ? query.range.name : query.range.kind,
      fromMs: stretch.fromMs,
      toMs: stretch.toMs,
      before: query.compare ? beforeOf(stretch) : null,
      backToMs: reader.backToMs() ?? null,
      nowMs: clock.nowMs(),
      changedMs: reader.changedMs(),
      data: inside
        ? here || query.filter.size === 0
          ? 'here'
          : 'filtered'
        : extent === undefined
          ? 'nowhere'
          : 'elsewhere',
      extent: extent ?? null,
      panels: views,
    }
  }
}

const beforeOf = ({ fromMs, beforeMs }: Stretch) =>
  beforeMs === undefined ? null : { fromMs: fromMs - beforeMs, toMs: fromMs }

/** Whether there is anything in the stretch, whatever the filter. */
function hasData(known: Iterable<Known>, { fromMs, toMs }: Stretch): boolean {
  for (const { rolled, open } of known) {
    for (const startMs of rolled.buckets.keys())
      if (startMs + rolled.bucketMs > fromMs && startMs < toMs) return true
    if (open.some(({ timeMs }) => timeMs >= fromMs && timeMs < toMs)) return true
  }
  return false
}
