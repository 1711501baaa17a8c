import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SideTables } from '../window/side-table.ts'
import { asTableChanges, changesOfTables, knownOfTables, mergedTables } from './side-tables.ts'

/** What happens to a table before each save. */
const step = fc.record({
  table: fc.constantFrom('a', 'b'),
  does: fc.constantFrom('adds', 'replaces', 'goes'),
  numbers: fc.array(fc.double()),
  codes: fc.array(fc.nat()),
})

function after(
  tables: SideTables,
  { table, does, numbers, codes }: typeof step extends fc.Arbitrary<infer T> ? T : never,
): SideTables {
  const { [table]: before, ...others } = tables
  if (does === 'goes') return others
  const generation = (before?.generation ?? 0) + (does === 'replaces' ? 1 : 0)
  const kept = does === 'adds' ? before : undefined
  return {
    ...others,
    [table]: {
      generation,
      numbers: [Float64Array.of(...(kept?.numbers[0] ?? []), ...numbers)],
      codes: [Int32Array.of(...(kept?.codes[0] ?? []), ...codes)],
    },
  }
}

test('tables and their changes come to the tables, wherever they begin, and what was added is all that is written', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let tables: SideTables = {}
      const chains = [[asTableChanges(tables)]]
      for (const one of steps) {
        const before = tables
        tables = after(tables, one)
        const change = changesOfTables(tables, knownOfTables(before))
        if (one.does === 'adds' && before[one.table] !== undefined)
          expect(change[one.table]).toMatchObject({ codes: [Int32Array.from(one.codes)] })
        for (const chain of chains) chain.push(change)
        for (const chain of chains) expect(mergedTables(chain)).toEqual(tables)
        chains.push([asTableChanges(tables)])
      }
    }),
  )
})
