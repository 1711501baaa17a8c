// What is folded per group: counts, exact sums, exact distinct counts. Each aggregate keeps arrays indexed by slot and
// folds a whole batch in one loop.
import type { NumberColumn, TextColumn } from '../decode/columns.ts'
import { ABSENT } from '../decode/dictionary.ts'
import { PairSet } from './pair-set.ts'
import type { Predicate } from './predicate.ts'

/** State of an aggregate for the groups of one window, in the order of the window's groups. */
export type AggregateState =
  | { readonly kind: 'count'; readonly counts: Float64Array }
  | {
      readonly kind: 'sum'
      readonly sums: Float64Array
      readonly rest: readonly (readonly [number, bigint])[]
    }
  | { readonly kind: 'countDistinct'; readonly groups: Int32Array; readonly ids: Int32Array }

/** Turns codes of a column into ids that survive a restart, and back. */
export type CodeMap = (column: TextColumn, code: number) => number

export interface Aggregate {
  /** Prepares `slot` for a new group of the window that starts at `startMs`. */
  open(slot: number, startMs: number): void
  /** Folds event `rows[i]` into `slots[i]`, for i < count. */
  fold(rows: Int32Array, slots: Int32Array, count: number): void
  /** The value of a slot, as written to the point. */
  result(slot: number): number
  /** The window's groups are gone. */
  close(startMs: number): void
  save(slots: readonly number[], startMs: number, toId: CodeMap): AggregateState
  /** Inverse of `save`, for slots just opened. */
  load(state: AggregateState, slots: readonly number[], startMs: number, toCode: CodeMap): void
}

/** Number of events, or of those that satisfy `where`. */
export class Count implements Aggregate {
  #counts = new Float64Array(256)
  readonly #where: Predicate | undefined

  constructor(where: Predicate | undefined) {
    this.#where = where
  }

  open(slot: number): void {
    this.#counts = roomFor(slot, this.#counts)
    this.#counts[slot] = 0
  }

  fold(rows: Int32Array, slots: Int32Array, count: number): void {
    const counts = this.#counts
    const where = this.#where
    if (where === undefined) for (let i = 0; i < count; i++) counts[slots[i]]++
    else for (let i = 0; i < count; i++) if (where(rows[i])) counts[slots[i]]++
  }

  result(slot: number): number {
    return this.#counts[slot]
  }

  close(): void {}

  save(slots: readonly number[]): AggregateState {
    return { kind: 'count', counts: Float64Array.from(slots, (slot) => this.#counts[slot]) }
  }

  load(state: AggregateState, slots: readonly number[]): void {
    if (state.kind !== 'count') throw new Error(`expected the state of a count, got ${state.kind}`)
    for (let i = 0; i < slots.length; i++) this.#counts[slots[i]] = state.counts[i]
  }
}

/** Exact sum of whole numbers (decimals scaled), or of products of two of them. */
export class Sum implements Aggregate {
  /** Doubles hold whole numbers exactly up to 2^53; what would go beyond is kept in `#rest`. */
  #sums = new Float64Array(256)
  readonly #rest = new Map<number, bigint>()
  readonly #left: NumberColumn
  readonly #right: NumberColumn | undefined
  readonly #scale: number

  /** The result is the sum divided by 10^decimals: the double nearest to the exact value. */
  constructor(left: NumberColumn, right: NumberColumn | undefined, decimals: number) {
    this.#left = left
    this.#right = right
    this.#scale = 10 ** decimals
  }

  open(slot: number): void {
    this.#sums = roomFor(slot, this.#sums)
    this.#sums[slot] = 0
    this.#rest.delete(slot)
  }

  fold(rows: Int32Array, slots: Int32Array, count: number): void {
    const sums = this.#sums
    const left = this.#left.values
    const right = this.#right?.values
    for (let i = 0; i < count; i++) {
      const row = rows[i]
      const value = right === undefined ? left[row] : left[row] * right[row]
      if (Number.isNaN(value)) continue
      const sum = sums[slots[i]] + value
      if (Number.isSafeInteger(value) && Number.isSafeInteger(sum)) sums[slots[i]] = sum
      else this.#addExactly(slots[i], left[row], right === undefined ? 1 : right[row])
    }
  }

  #addExactly(slot: number, left: number, right: number): void {
    this.#rest.set(slot, (this.#rest.get(slot) ?? 0n) + BigInt(left) * BigInt(right))
  }

  result(slot: number): number {
    const rest = this.#rest.get(slot)
    if (rest === undefined) return this.#sums[slot] / this.#scale
    return nearestDouble(rest + BigInt(this.#sums[slot]), BigInt(this.#scale))
  }

  close(): void {}

  save(slots: readonly number[]): AggregateState {
    const rest = slots.flatMap((slot, group) => {
      const value = this.#rest.get(slot)
      return value === undefined ? [] : [[group, value] as const]
    })
    return { kind: 'sum', sums: Float64Array.from(slots, (slot) => this.#sums[slot]), rest }
  }

  load(state: AggregateState, slots: readonly number[]): void {
    if (state.kind !== 'sum') throw new Error(`expected the state of a sum, got ${state.kind}`)
    for (let i = 0; i < slots.length; i++) this.#sums[slots[i]] = state.sums[i]
    for (const [group, value] of state.rest) this.#rest.set(slots[group], value)
  }
}

/** Exact number of different values; an absent value is none. */
export class CountDistinct implements Aggregate {
  #counts = new Float64Array(256)
  /** The set of (slot, value) pairs of each slot's window. */
  readonly #setOfSlot: PairSet[] = []
  readonly #setOfWindow = new Map<number, PairSet>()
  readonly #column: TextColumn
  readonly #countsAbsent: boolean

  /** `countsAbsent`: code 0 is a value like any other, as in a field that is always there. */
  constructor(column: TextColumn, countsAbsent: boolean) {
    this.#column = column
    this.#countsAbsent = countsAbsent
  }

  open(slot: number, startMs: number): void {
    this.#counts = roomFor(slot, this.#counts)
    this.#counts[slot] = 0
    let set = this.#setOfWindow.get(startMs)
    if (set === undefined) {
      set = new PairSet()
      this.#setOfWindow.set(startMs, set)
    }
    this.#setOfSlot[slot] = set
  }

  fold(rows: Int32Array, slots: Int32Array, count: number): void {
    const { codes } = this.#column
    for (let i = 0; i < count; i++) {
      const code = codes[rows[i]]
      if (code !== ABSENT || this.#countsAbsent) this.#add(slots[i], code)
    }
  }

  #add(slot: number, code: number): void {
    if (this.#setOfSlot[slot].add(slot, code)) this.#counts[slot]++
  }

  result(slot: number): number {
    return this.#counts[slot]
  }

  close(startMs: number): void {
    this.#setOfWindow.delete(startMs)
  }

  save(slots: readonly number[], startMs: number, toId: CodeMap): AggregateState {
    const groupOf = new Map(slots.map((slot, group) => [slot, group]))
    const set = this.#setOfWindow.get(startMs) ?? new PairSet()
    const groups = new Int32Array(set.size)
    const ids = new Int32Array(set.size)
    let at = 0
    set.forEach((slot, code) => {
      groups[at] = groupOf.get(slot) ?? 0
      ids[at++] = toId(this.#column, code)
    })
    return { kind: 'countDistinct', groups, ids }
  }

  load(state: AggregateState, slots: readonly number[], _startMs: number, toCode: CodeMap): void {
    if (state.kind !== 'countDistinct') {
      throw new Error(`expected the state of a distinct count, got ${state.kind}`)
    }
    for (let i = 0; i < state.groups.length; i++) {
      this.#add(slots[state.groups[i]], toCode(this.#column, state.ids[i]))
    }
  }
}

/** The array itself, or a longer copy when it has no element `slot`. */
function roomFor(slot: number, array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  if (slot < array.length) return array
  const longer = new Float64Array(Math.max(slot + 1, array.length * 2))
  longer.set(array)
  return longer
}

/** value / scale as the nearest double, through its decimal text: conversion from text rounds correctly. */
function nearestDouble(value: bigint, scale: bigint): number {
  const sign = value < 0n ? '-' : ''
  const magnitude = value < 0n ? -value : value
  const fraction = String(magnitude % scale).padStart(String(scale).length - 1, '0')
  return Number(`${sign}${magnitude / scale}.${scale === 1n ? '0' : fraction}`)
}
