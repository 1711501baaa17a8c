// Records set aside in memory, for tests.
import { keyOf, type SetAside, type SetAsideStore } from './dead-letters.ts'

export interface MemorySetAside extends SetAsideStore {
  /** What was set aside, by identity `topic/partition/offset`. */
  readonly records: ReadonlyMap<string, SetAside>
}

export function memorySetAside(): MemorySetAside {
  const records = new Map<string, SetAside>()
  return {
    records,
    append: async (added) => {
      for (const one of added) records.set(keyOf(one), one)
    },
    close: async () => {},
  }
}
