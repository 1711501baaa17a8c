// A metric's value, made once into the aggregate that folds it.
import type { AggregateNode } from '../../../data/definitions/nodes.ts'
import { type EventSchema, isAlwaysThere } from '../../../data/schema.ts'
import type { Columns } from '../../decode/columns.ts'
import type { Conditions } from '../conditions.ts'
import type { Aggregate } from './aggregate.ts'
import { Count } from './count.ts'
import { CountDistinct } from './count-distinct.ts'
import { Sum } from './sum.ts'

export function compileAggregate(
  node: AggregateNode,
  schema: EventSchema,
  columns: Columns,
  conditions: Conditions,
): Aggregate {
  switch (node.kind) {
    case 'count':
      return new Count(node.where && conditions.of(node.where))
    case 'sum': {
      const [left, right] =
        node.of.kind === 'mul' ? [node.of.left, node.of.right] : [node.of, undefined]
      return new Sum(
        columns.numberColumn(left.name),
        right && columns.numberColumn(right.name),
        node.decimals,
      )
    }
    case 'countDistinct':
      return new CountDistinct(
        columns.textColumn(node.of.name),
        isAlwaysThere(schema, node.of.name),
      )
    default:
      throw new Error(`${node.kind} is not computed yet`)
  }
}
