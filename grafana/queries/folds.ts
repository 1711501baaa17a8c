// How the windows of a range or an interval become one number of a value: what is honest follows from the definition. Pure.
import type { Metric } from '../../data/definitions/metric.ts'
import {
  isComputed,
  isOverlapping,
  partsOf,
  stepsOf,
  type ValueNode,
} from '../../data/definitions/nodes.ts'
import { whatAdds } from '../../data/definitions/rollup.ts'
import type { Asked } from './influxql.ts'

/**
 * `sum`, `min`, `max` of what adds; `parts`: the parts are put together and the value is computed of them; `mean` of windows
 * for what does not add over time; `last` window where windows overlap.
 */
export type Fold = 'sum' | 'min' | 'max' | 'parts' | 'mean' | 'last'

/** How windows of a value are put together. */
export function foldOf({ values, window }: Metric, node: ValueNode): Fold {
  if (isOverlapping(window)) return 'last'
  switch (node.kind) {
    case 'count':
    case 'sum':
    case 'countNew':
      return 'sum'
    case 'min':
    case 'max':
      return node.kind
    case 'ratio':
    case 'difference':
      return partsOf(node).every((part) => partFold(values[part]) !== undefined) ? 'parts' : 'mean'
    default:
      return 'mean'
  }
}

/** How one value is put together over tags within a window, and over windows where it adds; undefined: it does not there. */
export function partFold(node: ValueNode): 'sum' | 'min' | 'max' | undefined {
  if (isComputed(node)) return undefined
  if (node.kind === 'min' || node.kind === 'max') return node.kind
  return node.kind === 'count' || node.kind === 'sum' || node.kind === 'countNew'
    ? 'sum'
    : undefined
}

/** The same within a window: the distinct users of all age groups are the sum, as are those of one group. */
export const tagFold = (node: ValueNode): 'sum' | 'min' | 'max' => partFold(node) ?? 'sum'

/** Whether bars of the value may stand on top of each other. */
export const stacks = (metric: Metric, value: string): boolean =>
  foldOf(metric, metric.values[value]) === 'sum'

/** Throws where a value cannot be put together over the tags that are left out. */
export function mustAdd({ metric, enrichment }: Asked, value: string, by: readonly string[]): void {
  const { kept, notes } = whatAdds(metric, enrichment, {
    by,
    bucketMs: stepsOf(metric.window).sizeMs,
  })
  if (kept.some(([name]) => name === value)) return
  throw new Error(`metric "${metric.name}" cannot show ${value}: ${notes.join('; ')}`)
}
