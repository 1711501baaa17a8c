// For tests: the view of a metric's panel made of points, asked for in few words.
import type { Panel } from '../../data/definitions/metric.ts'
import type { Point } from '../../data/point.ts'
import type { PanelView } from '../api.ts'
import type { ShownMetric } from '../fold.ts'
import type { Asked, Stretch } from '../panel-data.ts'
import { defaultSplit } from '../panels.ts'
import { addPoints, emptyRolled } from '../rolled.ts'
import { panelView } from '../view.ts'

/** Epoch milliseconds 60,000 to 120,000, with the minute before. */
export const MINUTE: Stretch = { fromMs: 60_000, toMs: 120_000, completeUntilMs: 120_000 }

export interface Drawn extends Partial<Omit<Asked, 'filter'>> {
  readonly panel?: Panel
  /** Values by tag. */
  readonly filter?: Readonly<Record<string, readonly string[]>>
  /** Points of windows that are still open. */
  readonly open?: readonly Point[]
  /** Buckets that the points are kept in; the windows unless given. */
  readonly bucketMs?: number
}

/** The view of the metric's panel, or of another of it. */
export function drawn<Kind extends PanelView['kind']>(
  kind: Kind,
  metric: ShownMetric,
  points: readonly Point[],
  { panel = metric.panel, filter = {}, open = [], bucketMs = 10_000, ...asked }: Drawn = {},
): PanelView & { kind: Kind } {
  const rolled = addPoints(metric, emptyRolled(bucketMs, metric.by), points)
  const view = panelView(
    { id: metric.name, metric, panel: { ...panel, kind } },
    { metric, rolled, open, memory: new WeakMap() },
    {
      stretch: MINUTE,
      split: defaultSplit(metric, { ...panel, kind }),
      compare: false,
      points: 100,
      tz: 'UTC',
      ...asked,
      filter: new Map(Object.entries(filter).map(([tag, values]) => [tag, new Set(values)])),
    },
  )
  if (view.kind !== kind) throw new Error(`expected a panel of kind ${kind}, got ${view.kind}`)
  return view as PanelView & { kind: Kind }
}
