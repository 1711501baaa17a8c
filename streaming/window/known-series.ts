// The series of a metric that had events not long ago: windows without events of them get their zeros from here.
import type { CodeMap } from './aggregates/aggregate.ts'
import { roomFor } from './aggregates/aggregate.ts'
import type { GroupNumbers } from './group-numbers.ts'
import type { Groups } from './groups.ts'
import type { OpenWindow } from './open-window.ts'
import type { SideTables } from './side-table.ts'
import { SlotArena, WindowGroups } from './slots.ts'

export class KnownSeries {
  readonly #numbers: GroupNumbers
  readonly #forMs: number
  #arena: SlotArena
  #known: WindowGroups
  /** By slot, the end of the last window with events of the series. */
  #lastEndMs = new Float64Array(256)
  #generation = 0
  /** Windows up to here have what they get. Epoch milliseconds. */
  filledThroughMs = Number.NEGATIVE_INFINITY

  constructor(numbers: GroupNumbers, forMs: number) {
    this.#numbers = numbers
    this.#forMs = forMs
    this.#arena = new SlotArena(numbers.columns.length)
    this.#known = new WindowGroups(this.#arena, numbers)
  }

  get isEmpty(): boolean {
    return this.#known.slots.length === 0
  }

  /** Opens a group in the window for each known series that it has no events of; the next window is the one after it. */
  fill(groups: Groups, { startMs, endMs, groups: window }: OpenWindow): void {
    for (const slot of window.slots) this.#see(groups.keyOf(slot), endMs)
    let isOver = false
    for (const slot of this.#known.slots) {
      const lastMs = this.#lastEndMs[slot]
      if (startMs >= lastMs + this.#forMs) isOver = true
      else if (lastMs < endMs) groups.openKey(window, this.#arena.keyOf(slot))
    }
    this.filledThroughMs = endMs
    this.#generation++
    if (isOver) this.#forgetThrough(startMs)
  }

  save(toIds: CodeMap): SideTables {
    if (this.isEmpty) return {}
    const slots = Int32Array.from(this.#known.slots)
    const { columns } = this.#numbers
    return {
      series: {
        generation: this.#generation,
        numbers: [
          Float64Array.from(slots, (slot) => this.#lastEndMs[slot]),
          Float64Array.of(this.filledThroughMs),
        ],
        codes: columns.map((column, tag) => toIds(column, this.#arena.keyCodes(slots, tag))),
      },
    }
  }

  absorb({ series }: SideTables, toCodes: CodeMap): void {
    if (series === undefined) return
    const [lastEndsMs, [throughMs]] = series.numbers
    const codes = series.codes.map((ids, tag) => toCodes(this.#numbers.columns[tag], ids))
    const key = new Int32Array(codes.length)
    this.#numbers.makeRoom()
    for (const [place, endMs] of lastEndsMs.entries()) {
      for (let tag = 0; tag < key.length; tag++) key[tag] = codes[tag][place]
      this.#see(key, endMs)
    }
    this.filledThroughMs = Math.max(this.filledThroughMs, throughMs)
    this.#generation++
  }

  clear(): void {
    this.#numbers.openCount -= this.#known.slots.length
    this.#arena = new SlotArena(this.#numbers.columns.length)
    this.#known = new WindowGroups(this.#arena, this.#numbers)
    this.#generation++
  }

  /** There must be room for the key's codes. */
  #see(key: Int32Array, endMs: number): void {
    const number = this.#numbers.numberOf(key)
    const known = this.#known.slotsByNumber()[number] - 1
    if (known >= 0) {
      this.#lastEndMs[known] = Math.max(this.#lastEndMs[known], endMs)
      return
    }
    const slot = this.#known.add(key, number)
    this.#numbers.openCount++
    this.#lastEndMs = roomFor(slot, this.#lastEndMs)
    this.#lastEndMs[slot] = endMs
  }

  /** Those that a window which starts then gets no zeros of. */
  #forgetThrough(startMs: number): void {
    const [arena, { slots }] = [this.#arena, this.#known]
    const lastEndMs = this.#lastEndMs.slice()
    this.clear()
    for (const slot of slots)
      if (startMs < lastEndMs[slot] + this.#forMs) this.#see(arena.keyOf(slot), lastEndMs[slot])
  }
}
