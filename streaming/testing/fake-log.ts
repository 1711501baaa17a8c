// For tests: one topic in memory whose reader never waits: where a real one would, the clock moves.
import type { FakeClock } from '../../kit/fake-clock.ts'
import type { EventLogReader, Offsets } from '../../stores/event-log/event-log.ts'
import { batchOf, type Value } from './events.ts'

export interface FakeLogOptions {
  readonly clock: FakeClock
  /** Records in a batch at most. */
  readonly batchRecords: number
  /** By how much the clock moves when a batch is read. */
  readonly readMs: number
  /** By how much it moves when there was none. */
  readonly nothingMs: number
  /** Called when a read found nothing. */
  readonly onNothing?: () => void
}

/** A reader of `partitions`, which may grow while it reads. */
export function fakeReader(
  partitions: readonly (readonly Value[])[],
  from: Offsets,
  { clock, batchRecords, readMs, nothingMs, onNothing }: FakeLogOptions,
): EventLogReader {
  const positions = new Map(partitions.map((_, p) => [p, from.get(p) ?? 0]))
  return {
    read: async (wanted, waitMs) => {
      for (const partition of wanted) {
        const position = positions.get(partition) ?? 0
        const values = partitions[partition].slice(position, position + batchRecords)
        if (values.length === 0) continue
        positions.set(partition, position + values.length)
        clock.moveMs(readMs)
        return batchOf(values, partition, position)
      }
      if (waitMs === 0) return undefined
      clock.moveMs(nothingMs)
      onNothing?.()
      return undefined
    },
    ends: async () => new Map(partitions.map((values, partition) => [partition, values.length])),
    positions: () => positions,
    commit: async () => {},
    close: async () => {},
  }
}
