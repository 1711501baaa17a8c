// Demographics in memory: for tests, and the plainest statement of what the port promises.
import type { Demographic } from '../../data/demographics.ts'
import { checkedColumns } from './columns.ts'
import type { DemographicsStore } from './demographics-store.ts'

/** A demographics store that forgets everything with the process. */
export function memoryDemographics(nowMs = Date.now): DemographicsStore {
  const people = new Map<string, Demographic>()
  return {
    description: 'memory',
    migrate: async () => {},
    upsert: async (rows) => {
      const before = people.size
      for (const row of rows) people.set(row.user_id, { ...row })
      const inserted = people.size - before
      return { inserted, updated: rows.length - inserted }
    },
    count: async () => people.size,
    combinations: async (columns) => {
      const names = checkedColumns(columns) as (keyof Demographic)[]
      if (names.length === 0) return 1
      return new Set([...people.values()].map((row) => JSON.stringify(names.map((n) => row[n]))))
        .size
    },
    lookup: (columns, sinceMs, recentMs = -Infinity) => {
      const names = ['user_id', ...checkedColumns(columns)] as (keyof Demographic)[]
      return (async function* () {
        const fromMs = Math.min(sinceMs, nowMs() - recentMs)
        const found = [...people.values()].filter((row) => Date.parse(row.updated_at) >= fromMs)
        if (found.length === 0) return
        const rows = found.map((row) => names.map((name) => String(row[name])))
        const latestMs = Math.max(...found.map((row) => Date.parse(row.updated_at)))
        yield { rows, latestMs }
      })()
    },
    close: async () => {},
  }
}
