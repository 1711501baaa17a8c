// A definition's conditions and values, as it would be written.
import type { NumberNode, PredicateNode, ValueNode } from '../../data/definitions/nodes.ts'
import { exactDuration } from '../../kit/duration.ts'
import { code } from './markdown.ts'

export const conditionInWords = (node: PredicateNode): string => code(conditionOf(node))

function conditionOf(node: PredicateNode): string {
  switch (node.kind) {
    case 'oneOf':
      return node.values.length === 1
        ? `${node.field.name} = ${node.values[0]}`
        : `${node.field.name} in (${node.values.join(', ')})`
    case 'range':
      return [
        ...(node.least === undefined ? [] : [`${node.field.name} ≥ ${node.least}`]),
        ...(node.most === undefined ? [] : [`${node.field.name} ≤ ${node.most}`]),
      ].join(' and ')
    case 'present':
      return `${node.field.name} is there`
    case 'prefix':
      return `${node.field.name} starts with ${node.prefix}`
    case 'and':
    case 'or':
      return node.terms.map(conditionOf).join(` ${node.kind} `)
    case 'not':
      return `not (${conditionOf(node.term)})`
  }
}

export function valueInWords(value: ValueNode): string {
  const condition =
    'where' in value && value.where !== undefined ? `, where ${conditionInWords(value.where)}` : ''
  return `${aggregateInWords(value)}${condition}`
}

function aggregateInWords(value: ValueNode): string {
  switch (value.kind) {
    case 'count':
      return 'count'
    case 'sum':
    case 'min':
    case 'max':
      return `${value.kind} of ${numberOf(value.of)}`
    case 'percentile':
      return `${value.percent}th percentile of ${numberOf(value.of)}, within ${percent(value.error)}`
    case 'countDistinct':
      return `different ${code(value.of.name)}, exact`
    case 'approxDistinct':
      return `different ${code(value.of.name)}, standard error ${percent(value.error)}`
    case 'countNew':
      return `${code(value.of.name)} not seen in the ${exactDuration(value.withinMs)} before, exact`
    case 'ratio':
      return `${code(value.numerator)} ÷ ${code(value.denominator)}`
    case 'difference':
      return `${code(value.from)} − ${code(value.less)}`
  }
}

const numberOf = (node: NumberNode): string =>
  code(node.kind === 'mul' ? `${node.left.name} × ${node.right.name}` : node.name)

const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`
