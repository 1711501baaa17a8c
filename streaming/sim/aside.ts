// Where simulated jobs set records aside: each place once, however often it is written; and which of them were decided.
import type { SetAside, SetAsideStore } from '../../stores/dead-letters/dead-letters.ts'
import type { Offsets } from '../../stores/event-log/event-log.ts'
import type { Run } from './lineage.ts'
import type { SimProcess } from './process.ts'

export class SimAside {
  readonly #operation: 'write late events' | 'write dead letters'
  /** `partition/offset`. */
  readonly places = new Set<string>()
  /** Those of which a checkpoint of their run says that it had read them. */
  readonly decided = new Set<string>()
  readonly #byRun = new Map<Run, SetAside[]>()

  constructor(operation: 'write late events' | 'write dead letters') {
    this.#operation = operation
  }

  /** A checkpoint of the run became visible. */
  saved(run: Run, positions: Offsets): void {
    for (const { partition, offset } of this.#byRun.get(run) ?? [])
      if (offset < (positions.get(partition) ?? 0)) this.decided.add(`${partition}/${offset}`)
  }

  for(process: SimProcess, runOf: () => Run): SetAsideStore {
    const keep = (records: readonly SetAside[], run: Run) => {
      this.#byRun.set(run, [...(this.#byRun.get(run) ?? []), ...records])
      for (const { partition, offset } of records) this.places.add(`${partition}/${offset}`)
    }
    return {
      append: (records) => {
        const run = runOf()
        return process.call({
          operation: this.#operation,
          detail: records.map(({ partition, offset }) => `${partition}/${offset}`).join(' '),
          effect: () => keep(records, run),
          halfEffect: () => keep(records.slice(0, records.length >> 1), run),
        })
      },
      close: async () => {},
    }
  }
}
