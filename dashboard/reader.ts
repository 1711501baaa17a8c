// One view, kept up to date: all panels of a pipeline over one range. Reads that are asked for at once are done once.
import { stepsOf } from '../data/definitions/nodes.ts'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { windowsOf } from '../data/definitions/windows.ts'
import type { Clock } from '../kit/clock.ts'
import type { View } from './api.ts'
import { bucketsOf, ceilIn } from './buckets.ts'
import {
  createMetricReader,
  lengthsKept,
  type MetricReader,
  type ReadPoints,
} from './metric-reader.ts'
import { createOpenReader, type OpenReader } from './open-windows.ts'
import type { ViewQuery } from './query.ts'
import type { Range } from './range.ts'
import { addPoints, extentOf } from './rolled.ts'
import { panelView, type Stretch } from './view.ts'

/** A view younger than this is answered again as it is. */
const FRESH_MS = 900
/** A bucket that ended this long ago is not waited for any more. */
const OPEN_AT_MOST_MS = 60_000

export interface Extent {
  readonly fromMs: number
  readonly toMs: number
}

export interface ViewReader {
  /** The view as of now. Rejects as the store does. */
  view(): Promise<View>
}

/**
 * `wholeExtent` answers where data is, anywhere; asked only when the range holds none. `read` throws UnavailableError while
 * the store cannot be reached.
 */
export function createViewReader(
  pipeline: Pipeline,
  read: ReadPoints,
  query: ViewQuery,
  clock: Clock,
  wholeExtent: () => Promise<Extent | null>,
): ViewReader {
  const readers = pipeline.metrics.map((metric) =>
    createMetricReader(
      read,
      { ...metric, enrichment: pipeline.enrichment },
      query.range,
      query.points,
      clock,
    ),
  )
  const opens = readers.map((reader) => createOpenReader(read, reader, query.range))
  let changedMs: number | null = null
  let answered: View | undefined
  let pending: Promise<View> | undefined

  async function refresh(): Promise<View> {
    const first = changedMs === null
    let changed = false
    // One after the other: a page must not be the store's heaviest client.
    for (const reader of [...readers, ...opens]) changed = (await reader.refresh()) || changed
    const nowMs = clock.nowMs()
    const newestMs = newestEndOf(readers) ?? opens.flatMap((open) => open.points())[0]?.timeMs
    if (changed && newestMs !== undefined) changedMs = first ? Math.min(nowMs, newestMs) : nowMs
    return buildView(readers, opens, query.range, { nowMs, changedMs }, wholeExtent)
  }

  return {
    view: () => {
      if (pending !== undefined) return pending
      if (answered !== undefined && clock.nowMs() - answered.nowMs < FRESH_MS)
        return Promise.resolve(answered)
      pending = refresh()
        .then((view) => {
          answered = view
          return view
        })
        .finally(() => {
          pending = undefined
        })
      return pending
    },
  }
}

async function buildView(
  readers: readonly MetricReader[],
  opens: readonly OpenReader[],
  range: Range,
  times: { readonly nowMs: number; readonly changedMs: number | null },
  wholeExtent: () => Promise<Extent | null>,
): Promise<View> {
  const { nowMs } = times
  const stretch = stretchOf(readers, opens, range, nowMs)
  const panels = readers.map((reader, n) =>
    panelView(reader.metric, reader.rolled(), stretch, opens[n].points()),
  )
  const here = panels.some((panel) => !panel.empty)
  const extent = here || range.kind === 'all' ? null : await wholeExtent()
  return {
    range: range.kind === 'last' ? range.name : range.kind,
    fromMs: stretch.fromMs,
    toMs: stretch.toMs,
    before: null,
    ...times,
    data: here ? 'here' : extent === null ? 'nowhere' : 'elsewhere',
    extent,
    panels,
  }
}

/** The stretch of time that all panels share. */
function stretchOf(
  readers: readonly MetricReader[],
  opens: readonly OpenReader[],
  range: Range,
  nowMs: number,
): Stretch {
  const newestEndMs = newestEndOf(readers) ?? 0
  const completeUntilMs = Math.max(newestEndMs, nowMs - OPEN_AT_MOST_MS)
  if (range.kind === 'fixed') return { fromMs: range.fromMs, toMs: range.toMs, completeUntilMs }
  // What ended long ago is not waited for, but its last bucket is cut short all the same.
  if (range.kind === 'all')
    return {
      ...(wholeOf(readers, opens) ?? { fromMs: nowMs, toMs: nowMs }),
      completeUntilMs: newestEndMs,
    }
  // To the end of the narrowest bucket.
  const toMs = Math.min(
    ...readers.map(({ metric, rolled }) => ceilIn(bucketsOf(metric, rolled().bucketMs), nowMs)),
  )
  const fromMs = toMs - range.lengthMs
  const compared = lengthsKept(range) > 1
  return {
    fromMs,
    toMs,
    completeUntilMs,
    ...(compared ? { beforeFromMs: fromMs - range.lengthMs } : {}),
  }
}

/** From the first bucket of any metric to the end of the last. */
function wholeOf(
  readers: readonly MetricReader[],
  opens: readonly OpenReader[],
): Extent | undefined {
  const extents = readers.flatMap(({ metric, rolled }, n) => {
    const shown = addPoints(metric, rolled(), opens[n].points())
    return extentOf(metric, shown) ?? []
  })
  if (extents.length === 0) return undefined
  return {
    fromMs: Math.min(...extents.map((one) => one.fromMs)),
    toMs: Math.max(...extents.map((one) => one.toMs)),
  }
}

function newestEndOf(readers: readonly MetricReader[]): number | undefined {
  const ends = readers.flatMap((reader) => {
    const newestMs = reader.newestMs()
    return newestMs === undefined ? [] : [windowsOf(stepsOf(reader.metric.window)).endOf(newestMs)]
  })
  return ends.length === 0 ? undefined : Math.max(...ends)
}
