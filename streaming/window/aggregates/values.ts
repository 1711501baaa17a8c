// The values of a metric, by slot: what is folded from events, each thing once, and what is told of it.
import { compute } from '../../../data/definitions/compute.ts'
import { type ComputedNode, isComputed, type ValueNode } from '../../../data/definitions/nodes.ts'
import type { Condition } from '../conditions.ts'
import type { SideTables } from '../side-table.ts'
import type {
  AbsorbingSlots,
  AggregateState,
  CodeMap,
  Fold,
  FoldAcrossWindows,
} from './aggregate.ts'
import { type Compiled, Compiler, type Sources } from './compile.ts'

/** Begins the names of tables of values. */
const BESIDE = 'value '

export class Values {
  readonly #nodes: Readonly<Record<string, ValueNode>>
  readonly #folded: readonly (readonly [string, Compiled['result']])[]
  readonly #computed: readonly (readonly [string, ComputedNode])[]
  /** Each once, in the order of the values that need it. */
  readonly #folds: ReadonlySet<Fold>
  /** By the name of its table. */
  readonly #across: ReadonlyMap<string, FoldAcrossWindows>
  /** Those that fold the same events. */
  readonly #parts: ReadonlyMap<Condition | undefined, ReadonlySet<Fold>>
  /** Scratch: the events of a part. */
  #rows = new Int32Array(0)
  #slots = new Int32Array(0)

  constructor(nodes: Readonly<Record<string, ValueNode>>, sources: Sources) {
    const compiler = new Compiler(sources)
    const folded: [string, Compiled['result']][] = []
    const computed: [string, ComputedNode][] = []
    const folds = new Set<Fold>()
    const across = new Map<string, FoldAcrossWindows>()
    const parts = new Map<Condition | undefined, Set<Fold>>()
    for (const [name, node] of Object.entries(nodes)) {
      if (isComputed(node)) {
        computed.push([name, node])
        continue
      }
      const { fold, where, result, ...more } = compiler.compile(node)
      folded.push([name, result])
      folds.add(fold)
      if (more.across !== undefined) across.set(`${BESIDE}${name}`, more.across)
      parts.set(where, (parts.get(where) ?? new Set()).add(fold))
    }
    this.#nodes = nodes
    this.#folded = folded
    this.#computed = computed
    this.#folds = folds
    this.#across = across
    this.#parts = parts
  }

  /** How many states `save` answers. */
  get foldCount(): number {
    return this.#folds.size
  }

  /** What tells those that are folded, of a slot; NaN: there is none. */
  get told(): readonly (readonly [string, Compiled['result']])[] {
    return this.#folded
  }

  open(slot: number): void {
    for (const fold of this.#folds) fold.open(slot)
  }

  /** Folds event `rows[i]` into `slots[i]`, for i < count: slots of the window that starts at `startMs`. */
  fold(rows: Int32Array, slots: Int32Array, count: number, startMs: number): void {
    for (const [where, folds] of this.#parts) {
      if (where === undefined) for (const fold of folds) fold.fold(rows, slots, count, startMs)
      else {
        const chosen = this.#choose(where.mask, rows, slots, count)
        for (const fold of folds) fold.fold(this.#rows, this.#slots, chosen, startMs)
      }
    }
  }

  /** As `FoldAcrossWindows.tell`. */
  tell(startMs: number, slots: readonly number[], isClosing: boolean): void {
    for (const fold of this.#across.values()) fold.tell(startMs, slots, isClosing)
  }

  /** The fields of a slot's point; a value that there is none of has no field. */
  fieldsOf(slot: number): Record<string, number> {
    const fields: Record<string, number> = {}
    for (const [name, result] of this.#folded) {
      const value = result(slot)
      if (!Number.isNaN(value)) fields[name] = value
    }
    for (const [name, node] of this.#computed) {
      const value = compute(node, fields, this.#nodes)
      if (value !== undefined) fields[name] = value
    }
    return fields
  }

  close(startMs: number, slots: readonly number[]): void {
    for (const fold of this.#folds) fold.close(startMs, slots)
  }

  save(slots: Int32Array, startMs: number, toIds: CodeMap): AggregateState[] {
    return Array.from(this.#folds, (fold) => fold.save(slots, startMs, toIds))
  }

  absorb(states: readonly AggregateState[], into: AbsorbingSlots, toCodes: CodeMap): void {
    let index = 0
    for (const fold of this.#folds) fold.absorb(states[index++], into, toCodes)
  }

  /** What is kept beside windows. */
  saveBeside(toIds: CodeMap): SideTables {
    const tables = [...this.#across].map(([name, fold]) => [name, fold.saveBeside(toIds)] as const)
    return Object.fromEntries(tables)
  }

  /** Other tables may be among them. */
  absorbBeside(tables: SideTables, toCodes: CodeMap): void {
    for (const [name, fold] of this.#across) {
      const table = tables[name]
      if (table !== undefined) fold.absorbBeside(table, toCodes)
    }
  }

  forgetBeside(): void {
    for (const fold of this.#across.values()) fold.forgetBeside()
  }

  /** Writes to the scratch the events that satisfy a condition, and their slots; answers how many. */
  #choose(mask: Uint8Array, rows: Int32Array, slots: Int32Array, count: number): number {
    if (count > this.#rows.length) {
      this.#rows = new Int32Array(rows.length)
      this.#slots = new Int32Array(rows.length)
    }
    const [ownRows, ownSlots] = [this.#rows, this.#slots]
    let chosen = 0
    for (let i = 0; i < count; i++) {
      const row = rows[i]
      ownRows[chosen] = row
      ownSlots[chosen] = slots[i]
      chosen += mask[row]
    }
    return chosen
  }
}
