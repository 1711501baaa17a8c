// The measures of open sessions, by slot: how much happened in each, as the numbers of a session's fields.
import type { AggregateNode, MeasureNode, SessionsNode } from '../../../data/definitions/nodes.ts'
import type { Columns } from '../../decode/columns.ts'
import {
  type AggregateState,
  type CodeMap,
  type NumbersState,
  ofShape,
} from '../aggregates/aggregate.ts'
import type { Sources } from '../aggregates/compile.ts'
import { Values } from '../aggregates/values.ts'
import type { SideTables } from '../side-table.ts'
import type { Joined } from './open-sessions.ts'
import type { SessionIds } from './session-ids.ts'
import { type SavedSteps, StepEvents, stepsTable } from './step-events.ts'

/** Of sessions that were saved together. */
export interface SavedMeasures {
  readonly folded: readonly AggregateState[]
  /** Of a funnel, by its number. */
  readonly stepsOf: (funnel: number) => SavedSteps
}

type FoldedNode = Exclude<MeasureNode, { kind: 'length' | 'funnel' }>

/** Of no window: nothing that is folded per session asks for it. */
const START_MS = 0
const SAME_CODES: CodeMap = (_, codes) => codes
const NO_SLOTS = new Int32Array(0)

export class Measures {
  /** Names of what tells how long a session is. */
  readonly #lengths: readonly string[]
  readonly #values: Values
  readonly #funnels: readonly (readonly [string, StepEvents])[]

  /** `ids`: of the sessions that slots are of. */
  constructor({ measures }: SessionsNode, sources: Sources, ids: SessionIds) {
    const all = Object.entries(measures)
    const { columns, conditions } = sources
    this.#lengths = all.flatMap(([name, { kind }]) => (kind === 'length' ? [name] : []))
    const folded = all.flatMap(([name, node]) =>
      node.kind === 'length' || node.kind === 'funnel' ? [] : [[name, wholeOf(node)] as const],
    )
    this.#values = new Values(Object.fromEntries(folded), sources)
    const funnels: [string, StepEvents][] = []
    for (const [name, node] of all) {
      if (node.kind !== 'funnel') continue
      const steps = node.steps.map((step) => conditions.of(step))
      const table = stepsTable(funnels.length)
      funnels.push([name, new StepEvents(columns, steps, node.withinMs, ids, table)])
    }
    this.#funnels = funnels
  }

  open(slot: number): void {
    this.#values.open(slot)
    for (const [, steps] of this.#funnels) steps.open(slot)
  }

  fold(rows: Int32Array, slots: Int32Array, count: number): void {
    this.#values.fold(rows, slots, count, START_MS)
    for (const [, steps] of this.#funnels) steps.fold(rows, slots, count)
  }

  /** What was counted for some sessions is of others. */
  join({ from, into }: Joined): void {
    const states = this.#values.save(from, START_MS, SAME_CODES)
    this.#absorbFolded(states, into)
    for (const [, steps] of this.#funnels)
      for (let i = 0; i < from.length; i++) steps.join(from[i], into[i])
  }

  /** Writes the sessions in these slots to the columns of numbers, one row each; NaN: there is none of a measure. */
  tell(columns: Columns, slots: Int32Array, firstMs: Float64Array, lastMs: Float64Array): void {
    for (const [name, result] of this.#values.told) {
      const { values } = columns.numberColumn(name)
      for (let i = 0; i < slots.length; i++) values[i] = result(slots[i])
    }
    for (const name of this.#lengths) {
      const { values } = columns.numberColumn(name)
      for (let i = 0; i < slots.length; i++) values[i] = lastMs[slots[i]] - firstMs[slots[i]]
    }
    for (const [name, steps] of this.#funnels) {
      const { values } = columns.numberColumn(name)
      for (let i = 0; i < slots.length; i++) values[i] = steps.reached(slots[i])
    }
  }

  /** The first `count` slots are of no session any more. */
  release(slots: Int32Array, count: number): void {
    for (const [, steps] of this.#funnels) for (let i = 0; i < count; i++) steps.release(slots[i])
  }

  /** How many numbers of each session `saveFolded` answers. */
  get foldedCount(): number {
    return this.#values.foldCount
  }

  /** But for the events of funnels: see `saveSteps`. */
  saveFolded(slots: Int32Array): NumbersState[] {
    const states = this.#values.save(slots, START_MS, SAME_CODES)
    return states.map((state) => ofShape('numbers', state))
  }

  /** The events of funnels, of all sessions that are open. */
  saveSteps(): SideTables {
    return Object.assign({}, ...this.#funnels.map(([, steps]) => steps.save()))
  }

  /** Has from now on what another has of the sessions in these slots, which has it no more. */
  moveFrom(before: Measures, slots: Int32Array): void {
    for (let i = 0; i < slots.length; i++) this.#values.open(slots[i])
    this.#absorbFolded(before.saveFolded(slots), slots)
    for (const [i, [, steps]] of this.#funnels.entries()) steps.moveFrom(before.#funnels[i][1])
  }

  /** Nothing is of any session. */
  clear(): void {
    for (const [, steps] of this.#funnels) steps.clear()
  }

  /** Adds what was saved to slots that were opened for it. */
  absorb({ folded, stepsOf }: SavedMeasures, slots: Int32Array): void {
    this.#absorbFolded(folded, slots)
    for (const [i, [, own]] of this.#funnels.entries()) own.absorb(stepsOf(i), slots)
  }

  #absorbFolded(states: readonly AggregateState[], slots: Int32Array): void {
    const into = { startMs: START_MS, slots, slotOf: NO_SLOTS }
    this.#values.absorb(states, into, SAME_CODES)
  }
}

/** Its numbers as columns hold them: whole ones of the last decimal. */
const wholeOf = (node: FoldedNode): AggregateNode =>
  node.kind === 'count' ? node : { ...node, decimals: 0 }
