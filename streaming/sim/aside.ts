// Where simulated jobs set records aside: each place once, however often it is written.
import type { SetAside, SetAsideStore } from '../../stores/dead-letters/dead-letters.ts'
import type { SimProcess } from './process.ts'

export class SimAside {
  readonly #operation: 'write late events' | 'write dead letters'
  /** `partition/offset`. */
  readonly places = new Set<string>()

  constructor(operation: 'write late events' | 'write dead letters') {
    this.#operation = operation
  }

  for(process: SimProcess): SetAsideStore {
    const keep = (records: readonly SetAside[]) => {
      for (const { partition, offset } of records) this.places.add(`${partition}/${offset}`)
    }
    return {
      append: (records) =>
        process.call({
          operation: this.#operation,
          detail: records.map(({ partition, offset }) => `${partition}/${offset}`).join(' '),
          effect: () => keep(records),
          halfEffect: () => keep(records.slice(0, records.length >> 1)),
        }),
      close: async () => {},
    }
  }
}
