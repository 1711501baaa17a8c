// Values that are computed from others of their metric. Pure.
import { type ComputedNode, partsOf, type ValueNode } from './nodes.ts'

/** Undefined where a part is missing, or where the denominator is 0. `values`: those of the metric. */
export function compute(
  node: ComputedNode,
  fields: Readonly<Record<string, number>>,
  values: Readonly<Record<string, ValueNode>>,
): number | undefined {
  const [left, right] = partsOf(node).map((name): number | undefined => fields[name])
  if (left === undefined || right === undefined) return undefined
  if (node.kind === 'ratio') return right === 0 ? undefined : left / right
  return differenceOf(
    left,
    right,
    Math.max(...partsOf(node).map((name) => decimalsOf(values[name]))),
  )
}

/** Of numbers with so many decimals, which doubles only come near: 0.3 less 0.1 is 0.2. */
function differenceOf(left: number, right: number, decimals: number): number {
  const scale = 10 ** decimals
  const [one, other] = [Math.round(left * scale), Math.round(right * scale)]
  const isExact = Number.isSafeInteger(one) && Number.isSafeInteger(other)
  return isExact ? (one - other) / scale : left - right
}

/** Decimals of a value; Infinity: it is not made of decimals. */
function decimalsOf(node: ValueNode): number {
  if (node.kind === 'sum' || node.kind === 'min' || node.kind === 'max') return node.decimals
  return node.kind === 'percentile' || node.kind === 'ratio' ? Number.POSITIVE_INFINITY : 0
}
