// Adds up the points of a stretch in SQLite: a thirtieth of the time that reading them takes, far less where sums are kept.
import type { Addition, Additions } from '../../data/addition.ts'
import type { Measurement, Point } from '../../data/point.ts'
import type { Sqlite } from '../sqlite.ts'
import { type SumsOptions, sumsIn } from './sqlite-sums.ts'
import { quoted, tableColumns } from './sqlite-table.ts'
import { decodeTag } from './tag-text.ts'

interface Asked {
  readonly measurement: Measurement
  readonly additions: Additions
  /** fromMs ≤ time < toMs. */
  readonly bounds: readonly [fromMs: number, toMs: number]
}

/** As `PointsStore.addUp` answers. A long stretch is not read at one moment, but each part of it is. */
export async function addUpRows(
  database: Sqlite,
  { measurement, additions, bounds }: Asked,
  options: SumsOptions,
): Promise<Point[]> {
  const { name, tags, fields } = measurement
  const existing = new Set(tableColumns(database, name).map((column) => column.name))
  if (existing.size === 0) return []
  const asked = Object.entries(additions).filter(([field]) => existing.has(field))
  const wanted = {
    table: name,
    tags: tags.map((tag) => (existing.has(tag) ? quoted(tag) : "'unknown'")),
    values: asked.map(([field, addition]) => ({
      column: added(quoted(field), addition, fields[field] === 'float'),
      kind: addition.kind,
    })),
  }
  const sums = await sumsIn(database, wanted, bounds, options)
  const tagsOf = tagsKnown(database, tags)
  return [...sums].map(([key, { newestMs, values }]) => {
    const sumsOf = asked.flatMap(([field, addition], index) => {
      const value = values[index]
      return value === null ? [] : [[field, value / scaleOf(addition)]]
    })
    return {
      measurement: name,
      tags: tagsOf(key),
      fields: Object.fromEntries(sumsOf),
      timeMs: newestMs,
    }
  })
}

const scaleOf = (addition: Addition) => (addition.kind === 'sum' ? 10 ** addition.decimals : 1)

/** Numbers with decimals are added as whole numbers of the last, so that the sum is exact. */
function added(column: string, addition: Addition, isFloat: boolean): string {
  if (addition.kind !== 'sum') return `${addition.kind.toUpperCase()}(${column})`
  return isFloat
    ? `SUM(CAST(ROUND(${column} * ${scaleOf(addition)}) AS INTEGER))`
    : `SUM(${column})`
}

/** More combinations are begun anew. */
const KNOWN_AT_MOST = 20_000
const known = new WeakMap<Sqlite, Map<string, Map<string, Point['tags']>>>()

/** Tags by the text that sums have them as: one object each, as a dashboard keeps those of many stretches. */
function tagsKnown(database: Sqlite, names: readonly string[]): (key: string) => Point['tags'] {
  const byNames = known.get(database) ?? new Map<string, Map<string, Point['tags']>>()
  known.set(database, byNames)
  const id = JSON.stringify(names)
  const byKey = byNames.get(id) ?? new Map<string, Point['tags']>()
  byNames.set(id, byKey)
  return (key) => {
    const there = byKey.get(key)
    if (there !== undefined) return there
    const values = JSON.parse(key) as string[]
    const tags = Object.fromEntries(names.map((name, i) => [name, decodeTag(values[i])]))
    if (byKey.size >= KNOWN_AT_MOST) byKey.clear()
    byKey.set(key, tags)
    return tags
  }
}
