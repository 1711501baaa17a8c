// A metric's conditions, made once into functions of a row.
import type { PredicateNode } from '../../data/definitions/nodes.ts'
import type { Columns } from '../decode/columns.ts'

/** Whether the event at `row` satisfies the condition. */
export type Predicate = (row: number) => boolean

export function compilePredicate(node: PredicateNode, columns: Columns): Predicate {
  switch (node.kind) {
    case 'oneOf': {
      const column = columns.textColumn(node.field.name)
      const codes = node.values.map((value) => column.dictionary.codeOf(value))
      if (codes.length === 1) {
        const [only] = codes
        return (row) => column.codes[row] === only
      }
      return (row) => codes.includes(column.codes[row])
    }
    case 'and': {
      const terms = node.terms.map((term) => compilePredicate(term, columns))
      return (row) => terms.every((term) => term(row))
    }
    case 'or': {
      const terms = node.terms.map((term) => compilePredicate(term, columns))
      return (row) => terms.some((term) => term(row))
    }
    case 'not': {
      const term = compilePredicate(node.term, columns)
      return (row) => !term(row)
    }
  }
}
