// A metric's value, made once into what folds it and what tells it.
import type { AggregateNode, NumberNode, PercentileNode } from '../../../data/definitions/nodes.ts'
import { type EventSchema, isAlwaysThere } from '../../../data/schema.ts'
import type { Columns, NumberColumn } from '../../decode/columns.ts'
import type { Condition, Conditions } from '../conditions.ts'
import type { Aggregate, Fold, FoldAcrossWindows } from './aggregate.ts'
import { ApproxDistinct } from './approx-distinct.ts'
import { Count } from './count.ts'
import { CountDistinct } from './count-distinct.ts'
import { CountNew } from './count-new.ts'
import { Extreme } from './extreme.ts'
import { Percentiles } from './percentiles.ts'
import { Sum } from './sum.ts'

/** What values are folded from. */
export interface Sources {
  readonly schema: EventSchema
  readonly columns: Columns
  readonly conditions: Conditions
}

export interface Compiled {
  readonly fold: Fold
  /** The same, where what windows before had matters. */
  readonly across?: FoldAcrossWindows
  /** The events it is given; absent: all. */
  readonly where: Condition | undefined
  /** The value of a slot; NaN: there is none. */
  readonly result: (slot: number) => number
}

/** Compiles the values of one metric. */
export class Compiler {
  readonly #sources: Sources
  /** By what they are of. */
  readonly #percentiles = new Map<string, Percentiles>()

  constructor(sources: Sources) {
    this.#sources = sources
  }

  compile(node: AggregateNode): Compiled {
    const { schema, columns, conditions } = this.#sources
    const where = node.where && conditions.of(node.where)
    switch (node.kind) {
      case 'count':
        // Adding up a condition takes less time than choosing its events.
        return told(new Count(where), undefined)
      case 'sum':
        return told(new Sum(...numbersOf(node.of, columns), node.decimals), where)
      case 'min':
      case 'max':
        return told(new Extreme(node.kind, ...numbersOf(node.of, columns), node.decimals), where)
      case 'countDistinct': {
        const countsAbsent = isAlwaysThere(schema, node.of.name)
        return told(new CountDistinct(columns.textColumn(node.of.name), countsAbsent), where)
      }
      case 'percentile': {
        const fold = this.#percentilesOf(node)
        return { fold, where, result: fold.teller(node.percent) }
      }
      case 'approxDistinct': {
        const countsAbsent = isAlwaysThere(schema, node.of.name)
        const column = columns.textColumn(node.of.name)
        return told(new ApproxDistinct(column, countsAbsent, node.error), where)
      }
      case 'countNew': {
        const countsAbsent = isAlwaysThere(schema, node.of.name)
        const fold = new CountNew(columns.textColumn(node.of.name), countsAbsent, node.withinMs)
        return { ...told(fold, where), across: fold }
      }
    }
  }

  /** The same for nodes that only differ in the percentage. */
  #percentilesOf({ of, where, decimals, error }: PercentileNode): Percentiles {
    const key = JSON.stringify({ of, where, error })
    const known = this.#percentiles.get(key)
    if (known !== undefined) return known
    const made = new Percentiles(...numbersOf(of, this.#sources.columns), decimals, error)
    this.#percentiles.set(key, made)
    return made
  }
}

const told = (aggregate: Aggregate, where: Condition | undefined): Compiled => ({
  fold: aggregate,
  where,
  result: (slot) => aggregate.result(slot),
})

/** The columns whose product an expression is. */
function numbersOf(
  node: NumberNode,
  columns: Columns,
): [left: NumberColumn, right: NumberColumn | undefined] {
  return node.kind === 'mul'
    ? [columns.numberColumn(node.left.name), columns.numberColumn(node.right.name)]
    : [columns.numberColumn(node.name), undefined]
}
