// The sums of a stretch of a table in SQLite: of whole days, hours and five minutes as they were kept, else from rows.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Addition } from '../../data/addition.ts'
import type { Sqlite } from '../sqlite.ts'
import {
  KEPT_LENGTHS_MS,
  type KeptSums,
  keptSums,
  type Sum,
  type Sums,
} from './sqlite-kept-sums.ts'
import { quoted } from './sqlite-table.ts'

export interface SumsOptions {
  /** The sums of a stretch of fewer points are not kept: they are had as quickly. */
  readonly keptFromPoints: number
  /** Awaited between parts of a long stretch. Default: others have their turn now and then. */
  readonly pause?: () => Promise<void>
}

/** Columns in SQL. */
export interface Wanted {
  readonly table: string
  readonly tags: readonly string[]
  readonly values: readonly { readonly column: string; readonly kind: Addition['kind'] }[]
}

/** Nobody else of the process waits longer than for this and one part. */
const TURN_MS = 20
/** Points this near to the newest are still written to: sums of them would not stay. */
const UNSETTLED_MS = 120_000
/** Sums of fewer points each save nothing. */
const POINTS_PER_SUM = 4

const [SHORTEST_MS] = KEPT_LENGTHS_MS
const LONGEST_MS = KEPT_LENGTHS_MS[KEPT_LENGTHS_MS.length - 1]

/** By tags; none of a stretch without points. */
export async function sumsIn(
  database: Sqlite,
  wanted: Wanted,
  [fromMs, toMs]: readonly [number, number],
  { keptFromPoints, pause = pauser() }: SumsOptions,
): Promise<Sums> {
  const rows = rowsOf(database, wanted)
  const newestMs = rows.newestMs(fromMs, toMs)
  const oldestMs = rows.oldestMs(fromMs, toMs)
  if (newestMs === null || oldestMs === null) return new Map()
  const all = emptySum(wanted, newestMs)
  // When the newest point was is told without reading the others.
  if (all.values.length === 0 && wanted.tags.length === 0) return new Map([['[]', all]])
  const what = JSON.stringify([wanted.tags, wanted.values.map(({ column }) => column)])
  const kept = keptSums(database, wanted.table, what)
  const settledMs = (rows.newestMs(-Infinity, Infinity) ?? 0) - UNSETTLED_MS
  const parts = { rows, kept, settledMs, keptFromPoints, pause, wanted }
  const sums: Sums = new Map()
  const endMs = Math.min(toMs, ceilTo(newestMs + 1, LONGEST_MS))
  for (let atMs = Math.max(fromMs, floorTo(oldestMs, LONGEST_MS)); atMs < endMs; ) {
    const level = KEPT_LENGTHS_MS.findLastIndex(
      (lengthMs) => atMs % lengthMs === 0 && atMs + lengthMs <= endMs,
    )
    const partEndMs =
      level < 0 ? Math.min(endMs, ceilTo(atMs + 1, SHORTEST_MS)) : atMs + KEPT_LENGTHS_MS[level]
    const part = level < 0 ? rows.add(atMs, partEndMs).sums : await sumsOf(parts, level, atMs)
    addTo(sums, part, wanted)
    atMs = partEndMs
    await pause()
  }
  return sums
}

interface Parts {
  readonly rows: Rows
  /** Undefined: nothing is kept here. */
  readonly kept: KeptSums | undefined
  /** What ends later is not kept. */
  readonly settledMs: number
  readonly keptFromPoints: number
  readonly pause: () => Promise<void>
  readonly wanted: Wanted
}

/** Of one whole stretch of a length that is kept: as it was kept, or from its parts, and then kept. */
async function sumsOf(parts: Parts, level: number, startMs: number): Promise<Sums> {
  const { rows, kept, settledMs, keptFromPoints, pause, wanted } = parts
  const stretch = { startMs, lengthMs: KEPT_LENGTHS_MS[level] }
  const endMs = startMs + stretch.lengthMs
  const known = kept?.find(stretch)
  if (known !== undefined) return known
  if (!rows.areMany(startMs, endMs, keptFromPoints)) return rows.add(startMs, endMs).sums
  const keep = endMs <= settledMs ? kept?.claim(stretch) : undefined
  await pause()
  if (level === 0) {
    const { sums, count } = rows.add(startMs, endMs)
    await pause()
    if (count >= sums.size * POINTS_PER_SUM) keep?.(sums)
    return sums
  }
  const sums: Sums = new Map()
  for (let atMs = startMs; atMs < endMs; atMs += KEPT_LENGTHS_MS[level - 1])
    addTo(sums, await sumsOf(parts, level - 1, atMs), wanted)
  keep?.(sums)
  return sums
}

interface Rows {
  add(fromMs: number, toMs: number): { readonly sums: Sums; readonly count: number }
  areMany(fromMs: number, toMs: number, many: number): boolean
  newestMs(fromMs: number, toMs: number): number | null
  oldestMs(fromMs: number, toMs: number): number | null
}

function rowsOf(database: Sqlite, { table, tags, values }: Wanted): Rows {
  const within = `FROM ${quoted(table)} WHERE time_ms >= ? AND time_ms < ?`
  const columns = [...tags, 'COUNT(*)', 'MAX(time_ms)', ...values.map(({ column }) => column)]
  const groups = tags.length === 0 ? '' : ` GROUP BY ${tags.map((_, i) => i + 1).join(', ')}`
  const add = database.prepare(`SELECT ${columns.join(', ')} ${within}${groups}`).raw()
  const nth = database.prepare(`SELECT 1 ${within} LIMIT 1 OFFSET ?`)
  const newest = database.prepare(`SELECT MAX(time_ms) AS ms ${within}`)
  const oldest = database.prepare(`SELECT MIN(time_ms) AS ms ${within}`)
  const within64 = (ms: number) =>
    Math.min(Math.max(ms, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)
  const timeOf = (row: unknown) => (row as { ms: number | null }).ms
  return {
    add: (fromMs, toMs) => {
      const sums: Sums = new Map()
      let count = 0
      for (const row of add.all([fromMs, toMs]) as (string | number | null)[][]) {
        const [own, newestMs, ...sum] = row.slice(tags.length) as number[]
        count += own
        // Without tags there is a row for nothing too.
        if (own > 0) sums.set(JSON.stringify(row.slice(0, tags.length)), { newestMs, values: sum })
      }
      return { sums, count }
    },
    areMany: (fromMs, toMs, many) => many < 1 || nth.get([fromMs, toMs, many - 1]) !== undefined,
    newestMs: (fromMs, toMs) => timeOf(newest.get([within64(fromMs), within64(toMs)])),
    oldestMs: (fromMs, toMs) => timeOf(oldest.get([within64(fromMs), within64(toMs)])),
  }
}

const emptySum = ({ values }: Wanted, newestMs: number): Sum => ({
  newestMs,
  values: values.map(() => null),
})

/** Adds the sums of a part to those of the whole. */
function addTo(whole: Sums, part: Sums, wanted: Wanted): void {
  for (const [key, { newestMs, values }] of part) {
    const sum = whole.get(key)
    if (sum === undefined) {
      whole.set(key, { newestMs, values: [...values] })
      continue
    }
    sum.newestMs = Math.max(sum.newestMs, newestMs)
    for (let i = 0; i < values.length; i++)
      sum.values[i] = together(wanted.values[i].kind, sum.values[i], values[i])
  }
}

function together(kind: Addition['kind'], a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return kind === 'sum' ? a + b : Math[kind](a, b)
}

const floorTo = (ms: number, lengthMs: number) => Math.floor(ms / lengthMs) * lengthMs
const ceilTo = (ms: number, lengthMs: number) => Math.ceil(ms / lengthMs) * lengthMs

function pauser(): () => Promise<void> {
  let turnAtMs = performance.now()
  return async () => {
    if (performance.now() - turnAtMs < TURN_MS) return
    await nextTurn()
    turnAtMs = performance.now()
  }
}
