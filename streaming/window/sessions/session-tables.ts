// Open sessions as side tables, and back.
import { type NumbersState, ofShape } from '../aggregates/aggregate.ts'
import type { SideTable, SideTables } from '../side-table.ts'
import type { SavedMeasures } from './measures.ts'

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

/** A row is a session. */
export const SESSIONS = 'sessions'
/** Numbers of sessions that do not fit into doubles: which number, of which session, and both halves of it. */
const BEYOND = 'sessions beyond doubles'
/** Events that do a step of the funnel with this number: see `SavedSteps`. */
const STEPS = 'steps of funnel '

const HALF_BITS = 50

/** `generation`: another one whenever something changed. */
export function tablesOf(saved: SavedSessions, generation: number): SideTables {
  const { firstMs, lastMs, of, tags, measures } = saved
  const folded = measures.folded.map((state) => ofShape('numbers', state))
  const numbers = (columns: readonly Float64Array[]): SideTable => ({
    generation,
    numbers: columns,
    codes: [],
  })
  const beyond = folded.flatMap((state, index) => beyondRows(state, index))
  const steps = measures.steps.map(
    ({ places, timesMs, masks }, funnel) =>
      [`${STEPS}${funnel}`, numbers([places, timesMs, masks])] as const,
  )
  return {
    [SESSIONS]: {
      generation,
      numbers: [firstMs, lastMs, ...folded.map((state) => state.numbers)],
      codes: [of, ...tags],
    },
    ...(beyond.length > 0 ? { [BEYOND]: numbers([Float64Array.from(beyond)]) } : {}),
    ...Object.fromEntries(steps),
  }
}

/** Undefined: there are none. */
export function sessionsOf(tables: SideTables): SavedSessions | undefined {
  const sessions = tables[SESSIONS]
  if (sessions === undefined) return undefined
  const [firstMs, lastMs, ...folded] = sessions.numbers
  const [of, ...tags] = sessions.codes
  const beyond = tables[BEYOND]?.numbers[0] ?? new Float64Array(0)
  const steps: SavedMeasures['steps'][number][] = []
  for (let table = tables[`${STEPS}0`]; table !== undefined; ) {
    const [places, timesMs, masks] = table.numbers
    steps.push({ places, timesMs, masks })
    table = tables[`${STEPS}${steps.length}`]
  }
  const states = folded.map((numbers, index): NumbersState => {
    return { shape: 'numbers', numbers, beyond: beyondOf(beyond, index) }
  })
  return { firstMs, lastMs, of, tags, measures: { folded: states, steps } }
}

const beyondRows = ({ beyond }: NumbersState, index: number): number[] =>
  beyond.flatMap(([place, value]) => {
    const high = value >> BigInt(HALF_BITS)
    return [index, place, Number(high), Number(value - (high << BigInt(HALF_BITS)))]
  })

function beyondOf(rows: Float64Array, index: number): NumbersState['beyond'] {
  const found: [number, bigint][] = []
  for (let at = 0; at < rows.length; at += 4) {
    if (rows[at] !== index) continue
    const value = (BigInt(rows[at + 2]) << BigInt(HALF_BITS)) + BigInt(rows[at + 3])
    found.push([rows[at + 1], value])
  }
  return found
}
