// Who is to be looked at when, in lists by time: nobody is looked at before.

export class DueLists {
  readonly #lists = new Map<number, number[]>()
  #firstMs = Number.POSITIVE_INFINITY

  /** When the first is due; Infinity: nobody is listed. */
  get firstMs(): number {
    return this.#firstMs
  }

  add(who: number, dueMs: number): void {
    const list = this.#lists.get(dueMs)
    if (list !== undefined) {
      list.push(who)
      return
    }
    this.#lists.set(dueMs, [who])
    if (dueMs < this.#firstMs) this.#firstMs = dueMs
  }

  /** Takes out those that are due at `nowMs`, up to `most` of them, to the beginning of `into`; answers how many. */
  take(nowMs: number, into: Int32Array, most: number): number {
    let count = 0
    while (count < most && this.#lists.size > 0 && this.#firstMs <= nowMs) {
      const list = this.#lists.get(this.#firstMs) ?? []
      const left = Math.max(0, list.length - (most - count))
      for (let i = left; i < list.length; i++) into[count++] = list[i]
      list.length = left
      if (left === 0) this.#dropFirst()
    }
    return count
  }

  #dropFirst(): void {
    this.#lists.delete(this.#firstMs)
    this.#firstMs = Number.POSITIVE_INFINITY
    for (const dueMs of this.#lists.keys()) if (dueMs < this.#firstMs) this.#firstMs = dueMs
  }
}
