// Ticks: where windows closed without waiting for a partition, recorded only if an event was late by it. A replay that
// keeps them gives the same points. Pure.

export interface Tick {
  readonly partition: number
  /** From this offset on the partition's watermark is at least … */
  readonly offset: number
  /** … this, epoch milliseconds. */
  readonly watermarkMs: number
}

export class Ticks {
  /** By partition, rising in offset and in watermark. */
  readonly #ticks = new Map<number, Tick[]>()

  get size(): number {
    let size = 0
    for (const list of this.#ticks.values()) size += list.length
    return size
  }

  /** A tick that says nothing new is left out. */
  add(tick: Tick): void {
    const list = this.#ticks.get(tick.partition) ?? []
    const last = list.at(-1)
    if (last !== undefined && last.watermarkMs >= tick.watermarkMs) return
    list.push(tick)
    this.#ticks.set(tick.partition, list)
  }

  /** Raises the watermarks before each of a batch's events: `record[row]` is its place in `offsets`. */
  raise(
    partition: number,
    offsets: Float64Array,
    record: Int32Array,
    count: number,
    watermarksMs: Float64Array,
  ): void {
    const list = this.#ticks.get(partition)
    if (list === undefined) return
    let next = 0
    let leastMs = Number.NEGATIVE_INFINITY
    for (let row = 0; row < count; row++) {
      while (next < list.length && list[next].offset <= offsets[record[row]])
        leastMs = list[next++].watermarkMs
      if (watermarksMs[row] < leastMs) watermarksMs[row] = leastMs
    }
  }

  snapshot(): Tick[] {
    return [...this.#ticks.values()].flat()
  }

  restore(ticks: readonly Tick[]): void {
    for (const tick of ticks) this.add(tick)
  }
}
