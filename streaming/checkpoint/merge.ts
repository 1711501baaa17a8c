// A saved state and the changes after it, made one state again: the inverse of changes.ts.
import { type AggregateState, blockAt, blocksOf } from '../window/aggregates/aggregate.ts'
import type { WindowState } from '../window/metric-windows.ts'
import { ENTRY_WORDS, type RecentIdsState } from '../window/recent-ids.ts'
import type { WindowChange } from './changes.ts'

/** One window, change after change. */
export class MergedWindow {
  #last: WindowChange
  readonly #slots: Int32Array[] = []
  readonly #keys: Int32Array[][]
  readonly #revisions = new Numbers()
  readonly #aggregates: readonly MergedAggregate[]

  constructor(first: WindowChange) {
    this.#keys = first.keys.map(() => [])
    this.#aggregates = first.aggregates.map(() => new MergedAggregate())
    this.#last = first
    this.add(first)
  }

  add(change: WindowChange): void {
    this.#last = change
    this.#slots.push(change.slots)
    for (const [tag, codes] of change.keys.entries()) this.#keys[tag].push(codes)
    this.#revisions.set(change.changed, change.revisions)
    for (const [i, state] of change.aggregates.entries())
      this.#aggregates[i].add(state, change.changed)
  }

  get generation(): number {
    return this.#last.generation
  }

  get state(): WindowState {
    const { startMs, generation, isClosed, corrected, aggregates } = this.#last
    return {
      startMs,
      generation,
      isClosed,
      corrected,
      slots: joined(this.#slots),
      keys: this.#keys.map(joined),
      revisions: this.#revisions.all,
      aggregates: aggregates.map((last, i) => this.#aggregates[i].stateLike(last)),
    }
  }
}

/** A whole window as the first change of it. */
export function asChange(state: WindowState): WindowChange {
  return { ...state, changed: Int32Array.from(state.slots, (_, group) => group) }
}

class MergedAggregate {
  readonly #numbers = new Numbers()
  readonly #blocks: Int32Array[] = []
  readonly #slots: Int32Array[] = []
  readonly #ids: Int32Array[] = []

  add(state: AggregateState, changed: Int32Array): void {
    switch (state.shape) {
      case 'numbers':
        this.#numbers.set(changed, state.numbers)
        break
      case 'blocks':
        for (const [i, group] of changed.entries()) this.#blocks[group] = blockAt(state, i)
        break
      case 'pairs':
        this.#slots.push(state.slots)
        this.#ids.push(state.ids)
    }
  }

  /** All of it, in the form of the last change. */
  stateLike(last: AggregateState): AggregateState {
    switch (last.shape) {
      case 'numbers':
        return { ...last, numbers: this.#numbers.all }
      case 'blocks':
        return blocksOf(this.#blocks)
      case 'pairs':
        return { ...last, slots: joined(this.#slots), ids: joined(this.#ids) }
    }
  }
}

/** Numbers that are written over, and grow. */
class Numbers {
  #numbers = new Float64Array(16)
  #length = 0

  set(places: Int32Array, numbers: Float64Array): void {
    for (let i = 0; i < places.length; i++) {
      const place = places[i]
      if (place >= this.#numbers.length) this.#grow(place)
      this.#numbers[place] = numbers[i]
      if (place >= this.#length) this.#length = place + 1
    }
  }

  get all(): Float64Array {
    return this.#numbers.subarray(0, this.#length)
  }

  #grow(place: number): void {
    const numbers = new Float64Array(Math.max(place + 1, this.#numbers.length * 2))
    numbers.set(this.#numbers)
    this.#numbers = numbers
  }
}

/** Ids in the order in which they came; those whose deadline is at or before `nowMs` are forgotten. */
export function mergedIds(parts: readonly RecentIdsState[], nowMs: number): RecentIdsState {
  const entries = joined(parts.map((part) => part.entries))
  const deadlinesMs: number[] = []
  let at = 0
  for (const part of parts) {
    const end = at + part.entries.length
    for (; at < end; at += ENTRY_WORDS) entries[at + ENTRY_WORDS - 1] += deadlinesMs.length
    for (const ms of part.deadlinesMs) deadlinesMs.push(ms <= nowMs ? Number.NaN : ms)
  }
  const added = parts.at(-1)?.added ?? 0
  return { entries, deadlinesMs: Float64Array.from(deadlinesMs), added }
}

function joined(parts: readonly Int32Array[]): Int32Array<ArrayBuffer> {
  const all = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
