// Open sessions as side tables, and back: rows as they were written, chunk by chunk. See RowLog.
import { gather, type NumbersState } from '../aggregates/aggregate.ts'
import { joined, type SideTable, type SideTables } from '../side-table.ts'
import { chunksOf } from './log-tables.ts'
import type { SavedMeasures } from './measures.ts'
import type { List } from './row-log.ts'
import { type SavedSteps, stepsTable } from './step-events.ts'

/** What is saved of sessions. */
export interface SavedSessions {
  readonly firstMs: Float64Array
  readonly lastMs: Float64Array
  /** Ids of their values. */
  readonly of: Int32Array
  /** Per tag, ids of the texts of their first events. */
  readonly tags: readonly Int32Array[]
  readonly measures: SavedMeasures
}

/** A row is a session as it was: the last with its id counts. */
export const SESSIONS = 'sessions '
/** Numbers of a session's row before those of its measures: its id, its first and last event time. */
export const OWN_NUMBERS = 3
/** Lists beside the rows of sessions: ids of those that are no more … */
export const GONE = 0
/** … and numbers that do not fit into doubles: which one, of which row of the chunk, and both halves of it. */
export const BEYOND = 1
export const LISTS = 2
const BEYOND_NUMBERS = 4
const HALF_BITS = 50

export const addBeyond = (list: List, index: number, row: number, value?: bigint): void => {
  if (value === undefined) return
  const high = value >> BigInt(HALF_BITS)
  const halves = [Number(high), Number(value - (high << BigInt(HALF_BITS)))]
  for (const number of [index, row, ...halves]) list.add(number)
}

/** Undefined: there are none. */
export function sessionsOf(tables: SideTables): SavedSessions | undefined {
  const chunks = chunksOf(tables, SESSIONS)
  const places = lastRows(chunks)
  if (places.size === 0) return undefined
  const placeOf = new Map([...places.keys()].map((id, place) => [id, place]))
  const rows = Int32Array.from(places.values())
  const width = chunks[0].numbers.length - LISTS
  const numbersOf = (column: number) =>
    gather(
      joined(
        chunks.map(({ numbers }) => numbers[column]),
        Float64Array,
      ),
      rows,
    )
  const [of, ...tags] = chunks[0].codes.map((_, column) => {
    const all = joined(
      chunks.map(({ codes }) => codes[column]),
      Int32Array,
    )
    return rows.map((row) => all[row])
  })
  const beyond = beyondOf(chunks, rows)
  const folded = Array.from({ length: width - OWN_NUMBERS }, (_, index): NumbersState => {
    const own = beyond.filter((one) => one.index === index)
    return {
      shape: 'numbers',
      numbers: numbersOf(OWN_NUMBERS + index),
      beyond: own.map(({ place, value }) => [place, value]),
    }
  })
  const stepsOfFunnel = (funnel: number) => stepsOf(chunksOf(tables, stepsTable(funnel)), placeOf)
  return {
    firstMs: numbersOf(1),
    lastMs: numbersOf(2),
    of,
    tags,
    measures: { folded, stepsOf: stepsOfFunnel },
  }
}

/** Of the sessions that are there, by id: the last row among those of all chunks. */
function lastRows(chunks: readonly SideTable[]): Map<number, number> {
  const rowOf = new Map<number, number>()
  let row = 0
  for (const { numbers } of chunks) for (const id of numbers[0]) rowOf.set(id, row++)
  for (const { numbers } of chunks)
    for (const id of numbers[numbers.length - LISTS + GONE]) rowOf.delete(id)
  return rowOf
}

function beyondOf(chunks: readonly SideTable[], rows: Int32Array) {
  const found: { readonly index: number; readonly place: number; readonly value: bigint }[] = []
  let first = 0
  for (const { numbers } of chunks) {
    const list = numbers[numbers.length - LISTS + BEYOND]
    for (let at = 0; at < list.length; at += BEYOND_NUMBERS) {
      const [index, row, high, low] = list.subarray(at, at + BEYOND_NUMBERS)
      const place = rows.indexOf(first + row)
      const value = (BigInt(high) << BigInt(HALF_BITS)) + BigInt(low)
      if (place >= 0) found.push({ index, place, value })
    }
    first += numbers[0].length
  }
  return found
}

/** Of sessions that are there. */
function stepsOf(chunks: readonly SideTable[], placeOf: ReadonlyMap<number, number>): SavedSteps {
  const saved = { places: [] as number[], timesMs: [] as number[], masks: [] as number[] }
  for (const { numbers } of chunks) {
    const [ids, timesMs, masks] = numbers
    for (let row = 0; row < ids.length; row++) {
      const place = placeOf.get(ids[row])
      if (place === undefined) continue
      saved.places.push(place)
      saved.timesMs.push(timesMs[row])
      saved.masks.push(masks[row])
    }
  }
  return {
    places: Float64Array.from(saved.places),
    timesMs: Float64Array.from(saved.timesMs),
    masks: Float64Array.from(saved.masks),
  }
}
