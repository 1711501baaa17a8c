// Side tables of metrics, as changes and back: what they mean, only those know who make them. See `SideTable`.
import { joined, type SideTable, type SideTables } from '../window/side-table.ts'

/** Since the table was captured before: what was added to it, or the whole of it in the place of what was there. */
export interface TableChange extends SideTable {
  readonly isWhole: boolean
}

/** What must be remembered of a table to tell later what changed. */
export interface KnownTable {
  readonly generation: number
  readonly numberCounts: readonly number[]
  readonly codeCounts: readonly number[]
}

type ByName<Of> = Readonly<Record<string, Of>>

export const knownOfTables = (tables: SideTables): ByName<KnownTable> =>
  mapped(tables, ({ generation, numbers, codes }) => ({
    generation,
    numberCounts: numbers.map(({ length }) => length),
    codeCounts: codes.map(({ length }) => length),
  }))

/** A table that is not among those `before` is new. */
export const changesOfTables = (
  tables: SideTables,
  before: ByName<KnownTable> | undefined,
): ByName<TableChange> => mapped(tables, (table, name) => changeOf(table, before?.[name]))

function changeOf(table: SideTable, before: KnownTable | undefined): TableChange {
  const { generation, numbers, codes } = table
  if (before?.generation !== generation) return { ...table, isWhole: true }
  return {
    generation,
    isWhole: false,
    numbers: numbers.map((column, i) => column.subarray(before.numberCounts[i])),
    codes: codes.map((column, i) => column.subarray(before.codeCounts[i])),
  }
}

/** Numbers in all columns, and how many of them came since: for judging whether a change is worth it. */
export function sizesOf(tables: SideTables, before: ByName<KnownTable> | undefined) {
  const countOf = (all: SideTables) =>
    Object.values(all)
      .flatMap(({ numbers, codes }) => [...numbers, ...codes])
      .reduce((sum, { length }) => sum + length, 0)
  return { all: countOf(tables), fresh: countOf(changesOfTables(tables, before)) }
}

/** The arrays that hold codes; those of a change are at the same places as those of its tables. */
export const codesInTables = (tables: SideTables): Int32Array[] =>
  Object.values(tables).flatMap(({ codes }) => codes)

/** Whole tables as the first change of them. */
export const asTableChanges = (tables: SideTables): ByName<TableChange> =>
  changesOfTables(tables, undefined)

/** The tables that changes, one after the other, come to; what the last does not name is gone. */
export function mergedTables(changes: readonly ByName<TableChange>[]): SideTables {
  return mapped(changes.at(-1) ?? {}, ({ generation }, name) => {
    const own = changes.flatMap((one) => one[name] ?? [])
    const parts = own.slice(own.findLastIndex(({ isWhole }) => isWhole))
    const [{ numbers, codes }] = parts
    return {
      generation,
      numbers: numbers.map((_, i) =>
        joined(
          parts.map((part) => part.numbers[i]),
          Float64Array,
        ),
      ),
      codes: codes.map((_, i) =>
        joined(
          parts.map((part) => part.codes[i]),
          Int32Array,
        ),
      ),
    }
  })
}

const mapped = <From, To>(
  all: ByName<From>,
  make: (one: From, name: string) => To,
): Record<string, To> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, make(one, name)]))
