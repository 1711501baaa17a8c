// Tag values of a panel: how much each matters, and those without a place of their own as one. Pure.
import { isComputed, partsOf } from '../../data/definitions/nodes.ts'
import { OTHER, type Point } from '../../data/point.ts'
import { amountsBy } from '../amounts.ts'
import { type Chosen, choose } from '../choose.ts'
import { courseOf } from '../cut.ts'
import { fold } from '../fold.ts'
import { type PanelData, rangeOf } from '../panel-data.ts'
import type { Bucket, Rolled } from '../rolled.ts'

/** Values of the split, those of open windows as well, and which get a place. */
export function chosenOf(
  data: PanelData,
  split: string,
  most: number,
  order: 'weight' | 'name' | 'either',
): Chosen {
  const { metric, panel, shown } = data
  const node = metric.values[panel.value]
  // A ratio matters as much as what it is divided by.
  const weight = isComputed(node) ? partsOf(node)[node.kind === 'ratio' ? 1 : 0] : panel.value
  const amounts = amountsBy(metric, shown, rangeOf(data), split)
  const weights = new Map([...amounts].map(([name, fields]) => [name, fields[weight] ?? 0]))
  // What the metric has folded together and what the page does are one: both are the rest.
  const folds = metric.top?.of.includes(split) === true && weights.has(OTHER)
  const adds = courseOf(metric, panel.value, data.whole.by, data.grid.bucketMs).kind !== 'none'
  if (!folds || !adds) return choose(weights, most, order)
  weights.delete(OTHER)
  const { shown: named, rest } = choose(weights, most - 1, order, true)
  return { shown: named, rest: [...rest, OTHER] }
}

/** The rest as the only points there are, without the split; values that do not add over it are left out. */
export function restOf(data: PanelData, rolled: Rolled, split: string, { rest }: Chosen): Rolled {
  const names = new Set(rest)
  const by = rolled.by.filter((tag) => tag !== split || data.filter.get(tag)?.size === 1)
  const own = (points: readonly Point[]) =>
    fold(
      data.metric,
      points.filter(({ tags }) => names.has(tags[split])),
      by,
    )
  const restIn = ({ added, last }: Bucket): Bucket => {
    const folded = own(added)
    return { added: folded, last: last === added ? folded : own(last) }
  }
  const buckets = [...rolled.buckets].map(([ms, bucket]): [number, Bucket] => [ms, restIn(bucket)])
  return { bucketMs: rolled.bucketMs, by, buckets: new Map(buckets) }
}
