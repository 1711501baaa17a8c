// Chunks of a log of rows as side tables, and back.
import type { TextColumn } from '../../decode/columns.ts'
import type { CodeMap } from '../aggregates/aggregate.ts'
import type { SideTable, SideTables } from '../side-table.ts'
import type { Chunk } from './row-log.ts'

/** A table per chunk. Rows stay as they are, so each is only added to. */
export function tablesOf(
  name: string,
  chunks: readonly Chunk[],
  columns: readonly TextColumn[],
  toIds: CodeMap,
): SideTables {
  const tables = chunks.map(({ serial, count, numbers, codes, lists }) => {
    const table: SideTable = {
      generation: 0,
      numbers: [...numbers.map((all) => all.subarray(0, count)), ...lists.map(({ all }) => all)],
      codes: codes.map((all, i) => toIds(columns[i], all.subarray(0, count))),
    }
    return [`${name}${serial}`, table] as const
  })
  return Object.fromEntries(tables)
}

/** In the order in which they were written. */
export function chunksOf(tables: SideTables, name: string): SideTable[] {
  return Object.keys(tables)
    .filter((key) => key.startsWith(name))
    .sort((a, b) => Number(a.slice(name.length)) - Number(b.slice(name.length)))
    .map((key) => tables[key])
}
