import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Columns } from '../decode/columns.ts'
import { Dictionary } from '../decode/dictionary.ts'
import { LookupTable } from './lookup-table.ts'

const FIELDS = ['gender', 'country'] as const

function newTable() {
  const names = ['user_id', ...FIELDS]
  const dictionaries = new Map(names.map((name) => [name, new Dictionary(name)]))
  const columns = new Columns(dictionaries, [])
  const looked = new Map([...dictionaries].slice(1))
  return {
    columns,
    table: new LookupTable('user_id', columns.textColumn('user_id').dictionary, looked),
  }
}

/** What each user is found to be. */
function lookUp({ columns, table }: ReturnType<typeof newTable>, users: readonly string[]) {
  columns.reset(users.length)
  const { dictionary, codes } = columns.textColumn('user_id')
  for (const user of users) codes[columns.count++] = dictionary.codeOf(user)
  table.enrich(columns)
  return users.map((_, row) =>
    FIELDS.map((name) => {
      const column = columns.textColumn(name)
      return column.dictionary.textOf(column.codes[row])
    }),
  )
}

test('finds what a Map finds, rows replaced and users looked up in any order', () => {
  const user = fc.constantFrom('a', 'b', 'é', '東京😀', 'unknown', '__proto__')
  const value = fc.constantFrom('F', 'M', '', 'unknown')
  const step = fc.record({
    rows: fc.array(fc.tuple(user, value, value), { maxLength: 4 }),
    users: fc.array(user, { maxLength: 4 }),
  })
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const one = newTable()
      const expected = new Map<string, string[]>()
      let unmatched = 0
      for (const { rows, users } of steps) {
        one.table.put(rows)
        for (const [id, ...values] of rows)
          expected.set(
            id,
            values.map((v) => v || 'unknown'),
          )
        expect(lookUp(one, users)).toEqual(
          users.map((id) => expected.get(id) ?? ['unknown', 'unknown']),
        )
        unmatched += users.filter((id) => !expected.has(id)).length
        expect(one.table.rowCount).toBe(expected.size)
        expect(one.table.unmatched).toBe(unmatched)
      }
    }),
  )
})

test('grows: ten thousand rows, and as many users without one', () => {
  const one = newTable()
  const ids = Array.from({ length: 10_000 }, (_, n) => `user-${n}`)
  one.table.put(ids.map((id, n) => [id, n % 2 === 0 ? 'F' : 'M', `C${n % 100}`]))
  expect(
    lookUp(
      one,
      ids.map((id) => `${id}-stranger`),
    ).flat(),
  ).not.toContain('F')
  expect(lookUp(one, ids)[9_999]).toEqual(['M', 'C99'])
  expect(one.table.rowCount).toBe(10_000)
})

test('rows that are all different are found too, however many', () => {
  const one = newTable()
  const ids = Array.from({ length: 70_000 }, (_, n) => `user-${n}`)
  const rowsOf = (from: number, to: number) =>
    ids.slice(from, to).map((id, n) => [id, `G${(from + n) % 1_000}`, `C${from + n}`])
  one.table.put(rowsOf(0, 65_000))
  one.table.put(rowsOf(65_000, 70_000))
  const found = lookUp(one, ids)
  expect(ids.every((_, n) => found[n][0] === `G${n % 1_000}` && found[n][1] === `C${n}`)).toBe(true)
  expect(one.table.rowCount).toBe(70_000)
})
