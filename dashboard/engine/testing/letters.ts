// For tests: dead letters in memory.
import type { KeptRecord, SetAsideArchive } from '../../../stores/dead-letters/dead-letters.ts'

export const letterRecord = (changes: Partial<KeptRecord> = {}): KeptRecord => ({
  ...{ topic: 'shop', partition: 0, offset: 7, reason: 'range', field: 'quantity' },
  ...{ detail: 'quantity: expected 1 to 9, got -2', setAsideMs: 1_700_000_000_000, isCut: false },
  value: Buffer.from('{"quantity":-2}'),
  ...changes,
})

/** In the order they were set aside. */
export function archiveOf(records: readonly KeptRecord[]): SetAsideArchive {
  return {
    description: 'memory',
    counts: async () => {
      const reasons = [...new Set(records.map(({ reason }) => reason))]
      return reasons.map((reason) => {
        const of = records.filter((one) => one.reason === reason)
        const replayed = of.filter(({ replayedMs }) => replayedMs !== undefined).length
        return { reason, count: of.length, replayed }
      })
    },
    read: async function* ({ reason, last = Number.POSITIVE_INFINITY }) {
      const chosen = records.filter((one) => reason === undefined || one.reason === reason)
      yield* chosen.slice(Math.max(0, chosen.length - last))
    },
    find: async ({ partition, offset }) =>
      records.find((one) => one.partition === partition && one.offset === offset),
    markReplayed: async () => {},
    close: async () => {},
  }
}
