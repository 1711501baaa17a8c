// What windows used that are gone, for those that come: memory that was used costs less than new memory. So few are kept
// that a time of many windows does not leave its memory behind.

const SPARES_MAX = 16

export class Spares<T> {
  readonly #spares: T[] = []

  keep(spare: T): void {
    if (this.#spares.length < SPARES_MAX) this.#spares.push(spare)
  }

  take(): T | undefined {
    return this.#spares.pop()
  }
}
