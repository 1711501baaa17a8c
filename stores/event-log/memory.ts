// An event log in memory, for tests: the same behaviour as the real ones, and nothing outlives the process.
import { setTimeout as delay } from 'node:timers/promises'
import { batchFromBlobs, encodeValues } from './batch.ts'
import type { EventLog, EventLogReader, LogRecord, Offsets, StartAt } from './event-log.ts'
import { partitionOf } from './partition.ts'

type Value = Uint8Array | null

const DEFAULT_PARTITIONS = 4
const BATCH_RECORDS_MAX = 500

export function memoryEventLog(): EventLog {
  const topics = new Map<string, Value[][]>()
  const partitionsOf = (topic: string, count = DEFAULT_PARTITIONS): Value[][] => {
    const known = topics.get(topic)
    if (known !== undefined) return known
    const made = Array.from({ length: count }, (): Value[] => [])
    topics.set(topic, made)
    return made
  }
  return {
    description: 'memory',
    identity: async () => 'memory',
    createTopic: async (topic, partitions) => partitionsOf(topic, partitions).length,
    reader: async (topic, _group, from, startAt) =>
      memoryReader(partitionsOf(topic), from, startAt),
    writer: async (topic) => ({
      append: async (records: readonly LogRecord[]) => {
        const partitions = partitionsOf(topic)
        for (const { key, value } of records)
          partitions[partitionOf(key, partitions.length)].push(value)
      },
      close: async () => {},
    }),
    close: async () => {},
  }
}

function memoryReader(
  partitions: readonly Value[][],
  from: Offsets,
  startAt: StartAt,
): EventLogReader {
  const positions = new Map(
    partitions.map((values, partition) => {
      const start = startAt === 'earliest' ? 0 : values.length
      return [partition, from.get(partition) ?? start]
    }),
  )
  const next = (wanted: readonly number[]) => {
    for (const partition of wanted) {
      const position = positions.get(partition) ?? 0
      const values = partitions[partition].slice(position, position + BATCH_RECORDS_MAX)
      if (values.length === 0) continue
      positions.set(partition, position + values.length)
      const blob = { baseOffset: position, count: values.length, bytes: encodeValues(values) }
      return batchFromBlobs(partition, position, [blob])
    }
    return undefined
  }
  return {
    read: async (wanted, waitMs) => {
      const batch = next(wanted)
      if (batch !== undefined || waitMs === 0) return batch
      await delay(Math.min(waitMs, 5))
      return next(wanted)
    },
    ends: async () => new Map(partitions.map((values, partition) => [partition, values.length])),
    positions: () => positions,
    commit: async () => {},
    close: async () => {},
  }
}
