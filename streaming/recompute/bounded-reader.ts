// A reader that stops: records at and after given offsets are not read, as if the log ended there.
import type { EventLogReader, Offsets, RecordBatch } from '../../stores/event-log/event-log.ts'

/** Reads `reader` up to, and not including, the offsets of `ends`; partitions that are not in `ends` have no records. */
export function readUpTo(reader: EventLogReader, ends: Offsets): EventLogReader {
  const isLeft = (partition: number) =>
    (reader.positions().get(partition) ?? 0) < (ends.get(partition) ?? 0)
  return {
    read: async (wanted, waitMs) => {
      const left = wanted.filter(isLeft)
      if (left.length === 0) return undefined
      const batch = await reader.read(left, waitMs)
      return batch && cutAt(batch, ends.get(batch.partition) ?? 0)
    },
    ends: async () => ends,
    positions: () =>
      new Map([...ends].map(([p, end]) => [p, Math.min(end, reader.positions().get(p) ?? 0)])),
    commit: async () => {},
    close: () => reader.close(),
  }
}

function cutAt(batch: RecordBatch, end: number): RecordBatch {
  if (batch.nextOffset <= end) return batch
  let { count } = batch
  while (count > 0 && batch.offsets[count - 1] >= end) count--
  return { ...batch, count, nextOffset: end }
}
