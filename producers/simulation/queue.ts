// Visits by when their next action comes: a binary heap, soonest on top.

export interface Due {
  readonly dueMs: number
}

export class DueQueue<T extends Due> {
  readonly #heap: T[] = []

  get size(): number {
    return this.#heap.length
  }

  peek(): T | undefined {
    return this.#heap[0]
  }

  push(item: T): void {
    const heap = this.#heap
    let at = heap.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (heap[parent].dueMs <= item.dueMs) break
      heap[at] = heap[parent]
      at = parent
    }
    heap[at] = item
  }

  pop(): T | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return top
    let at = 0
    while (true) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1].dueMs < heap[child].dueMs) child++
      if (heap[child].dueMs >= last.dueMs) break
      heap[at] = heap[child]
      at = child
    }
    heap[at] = last
    return top
  }
}
