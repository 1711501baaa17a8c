// Conditions on one field, over a column of the batch.
import { decimalsOf } from '../../data/definitions/metric.ts'
import type {
  FieldNode,
  FieldPredicate,
  OneOfNode,
  PrefixNode,
  RangeNode,
} from '../../data/definitions/nodes.ts'
import { type EventSchema, isAlwaysThere } from '../../data/schema.ts'
import { CodeTable } from '../decode/code-table.ts'
import type { Columns } from '../decode/columns.ts'
import { ABSENT } from '../decode/dictionary.ts'

/** Writes to `mask`, for the first `count` events: 1 where the condition holds, otherwise 0. */
export type Fill = (mask: Uint8Array, count: number) => void

export function compileFieldCondition(
  node: FieldPredicate,
  schema: EventSchema,
  columns: Columns,
): Fill {
  switch (node.kind) {
    case 'oneOf':
      return compileOneOf(node, columns)
    case 'range':
      return compileRange(node, schema, columns)
    case 'present':
      return compilePresent(node.field, schema, columns)
    case 'prefix':
      return compilePrefix(node, schema, columns)
  }
}

function compileOneOf({ field, values }: OneOfNode, columns: Columns): Fill {
  const column = columns.textColumn(field.name)
  const codes = values.map((value) => column.dictionary.codeOf(value))
  const wanted = new Uint8Array(Math.max(-1, ...codes) + 1)
  for (const code of codes) wanted[code] = 1
  return (mask, count) => {
    const { codes } = column
    for (let row = 0; row < count; row++)
      mask[row] = codes[row] < wanted.length ? wanted[codes[row]] : 0
  }
}

function compileRange(node: RangeNode, schema: EventSchema, columns: Columns): Fill {
  const column = columns.numberColumn(node.field.name)
  const scale = 10 ** decimalsOf(node.field, schema)
  const least = node.least === undefined ? -Infinity : leastScaled(node.least, scale)
  const most = node.most === undefined ? Infinity : -leastScaled(-node.most, scale)
  return (mask, count) => {
    const { values } = column
    // An absent number, NaN, is neither.
    for (let row = 0; row < count; row++)
      mask[row] = values[row] >= least && values[row] <= most ? 1 : 0
  }
}

/** The least whole number that is `bound` or more when it is divided by `scale`. */
function leastScaled(bound: number, scale: number): number {
  let least = Math.floor(bound * scale)
  while ((least - 1) / scale >= bound && least - 1 !== least) least--
  while (least / scale < bound && least + 1 !== least) least++
  return least
}

function compilePresent({ name }: FieldNode, schema: EventSchema, columns: Columns): Fill {
  const numbers = columns.numbers.get(name)
  if (numbers !== undefined)
    return (mask, count) => {
      const { values } = numbers
      for (let row = 0; row < count; row++) mask[row] = Number.isNaN(values[row]) ? 0 : 1
    }
  if (isAlwaysThere(schema, name)) return (mask, count) => mask.fill(1, 0, count)
  const column = columns.textColumn(name)
  return (mask, count) => {
    const { codes } = column
    for (let row = 0; row < count; row++) mask[row] = codes[row] === ABSENT ? 0 : 1
  }
}

function compilePrefix({ field, prefix }: PrefixNode, schema: EventSchema, columns: Columns): Fill {
  const column = columns.textColumn(field.name)
  const begin = Buffer.from(prefix, 'utf8')
  const begins = new CodeTable(column.dictionary, (bytes, start, end) => {
    if (end - start < begin.length) return 0
    for (let i = 0; i < begin.length; i++) if (bytes.getUint8(start + i) !== begin[i]) return 0
    return 1
  })
  // Where a text may be absent, its code's own text says nothing.
  const least = isAlwaysThere(schema, field.name) ? ABSENT : ABSENT + 1
  return (mask, count) => {
    const { codes } = column
    const wanted = begins.upToNow()
    for (let row = 0; row < count; row++) mask[row] = codes[row] < least ? 0 : wanted[codes[row]]
  }
}
