// The unit of each value of a metric; its panels name only that of what they draw. The same on every dashboard. Pure.
import { type Metric, type Panel, panelsOf } from './metric.ts'
import { partsOf, type ValueNode } from './nodes.ts'

const PLAIN = 'short'
const SHARE = 'percentunit'

/**
 * Grafana's unit id of a value where this panel shows it: that of a panel that draws it, this one first; that of a panel of
 * the same numbers; money by number, or less money, is money; beside a share, a ratio of two numbers is one. Else a number.
 */
export function unitOf(metric: Metric, shown: Panel, name: string): string {
  const panels = [shown, ...panelsOf(metric)]
  const node = metric.values[name]
  const own = panels.find(({ value }) => value === name)
  const like = own ?? panels.find(({ value }) => measures(metric.values[value], node))
  if (like !== undefined) return like.unit
  if (node.kind !== 'ratio' && node.kind !== 'difference') return PLAIN
  const [left, right] = partsOf(node).map((part) => unitOf(metric, shown, part))
  if (node.kind === 'difference') return left === right ? left : PLAIN
  if (left !== right) return right === PLAIN ? left : PLAIN
  const besideShare = metric.values[shown.value].kind === 'ratio' && shown.unit === SHARE
  return left === PLAIN && besideShare ? SHARE : PLAIN
}

/** Whether both are of the same numbers: a sum and a percentile of amounts are both amounts. */
const measures = (one: ValueNode, two: ValueNode): boolean =>
  isAmount(one) && isAmount(two) && JSON.stringify(one.of) === JSON.stringify(two.of)

type Amount = Extract<ValueNode, { kind: 'sum' | 'min' | 'max' | 'percentile' }>
const isAmount = (node: ValueNode): node is Amount =>
  ['sum', 'min', 'max', 'percentile'].includes(node.kind)
