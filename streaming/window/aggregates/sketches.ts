// A sketch per group: what stands for many values in little memory.
import {
  type AbsorbingSlots,
  type BlocksState,
  blockAt,
  blocksOf,
  type Fold,
  ofShape,
} from './aggregate.ts'

export interface Sketch {
  /** All of it, as words: a copy. */
  words(): Int32Array
  /** Adds what `words` were saved of a sketch of the same kind: as if it had been given the same values. */
  absorb(words: Int32Array): void
}

/** By slot. */
export class Sketches<Of extends Sketch> implements Pick<Fold, 'open' | 'close'> {
  readonly #make: () => Of
  readonly #sketches: (Of | undefined)[] = []

  constructor(make: () => Of) {
    this.#make = make
  }

  of(slot: number): Of {
    const sketch = this.#sketches[slot]
    if (sketch === undefined) throw new Error(`no group is open in slot ${slot}`)
    return sketch
  }

  open(slot: number): void {
    while (this.#sketches.length < slot) this.#sketches.push(undefined)
    this.#sketches[slot] = this.#make()
  }

  close(_startMs: number, slots: readonly number[]): void {
    for (const slot of slots) this.#sketches[slot] = undefined
  }

  save(slots: Int32Array): BlocksState {
    return blocksOf(Array.from(slots, (slot) => this.of(slot).words()))
  }

  absorb(state: Parameters<Fold['absorb']>[0], { slots }: AbsorbingSlots): void {
    const blocks = ofShape('blocks', state)
    for (let group = 0; group < slots.length; group++)
      this.of(slots[group]).absorb(blockAt(blocks, group))
  }
}
