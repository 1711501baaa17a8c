// Values that are computed from others of their metric. Pure.
import { type ComputedNode, partsOf } from './nodes.ts'

/** Undefined where a part is missing, or where the denominator is 0. */
export function compute(
  node: ComputedNode,
  fields: Readonly<Record<string, number>>,
): number | undefined {
  const [left, right] = partsOf(node).map((name): number | undefined => fields[name])
  if (left === undefined || right === undefined) return undefined
  if (node.kind === 'difference') return left - right
  return right === 0 ? undefined : left / right
}
