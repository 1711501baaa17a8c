// What a definition says in short, written out: a mean is the ratio of a sum and a count, which add up. Pure.

import type { ValueInput, ValueNode } from './nodes.ts'
import { type AvgNode, and, count, fieldsOfNumber, present, ratio, sum } from './nodes.ts'

/** Values without means, in the order of the definition; throws when a name that a mean needs is taken. */
export function expandValues(
  values: Readonly<Record<string, ValueInput>>,
): Record<string, ValueNode> {
  const written = Object.entries(values).flatMap(([name, value]): [string, ValueNode][] =>
    value.kind === 'avg' ? meanOf(name, value) : [[name, value]],
  )
  const names = written.map(([name]) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new Error(`values.${twice} is written by an avg as well; expected another name`)
  return Object.fromEntries(written)
}

function meanOf(name: string, { of, decimals, where }: AvgNode): [string, ValueNode][] {
  const there = fieldsOfNumber(of).map((field) => present({ kind: 'field', name: field }))
  const [all, parts] = [where === undefined ? {} : { where }, [...(where ? [where] : []), ...there]]
  return [
    [`${name}_sum`, sum(of, { decimals, ...all })],
    [`${name}_count`, count(parts.length === 1 ? parts[0] : and(...parts))],
    [name, ratio(`${name}_sum`, `${name}_count`)],
  ]
}
