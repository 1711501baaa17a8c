// Event log in memory, for tests: behaves as the real ones, and nothing outlives the process.
import { setTimeout as delay } from 'node:timers/promises'
import { batchFromBlobs, encodeValues } from './batch.ts'
import type { EventLog, EventLogReader, LogRecord, ReaderOptions, StartAt } from './event-log.ts'
import { partitionOf } from './partition.ts'

interface Kept {
  readonly value: Uint8Array | null
  readonly appendedMs: number
}

const DEFAULT_PARTITIONS = 4
const BATCH_RECORDS_MAX = 500

/** `nowMs` says when records are appended; without it that is not known. */
export function memoryEventLog(nowMs: () => number = () => Number.NaN): EventLog {
  const topics = new Map<string, Kept[][]>()
  const partitionsOf = (topic: string, count = DEFAULT_PARTITIONS): Kept[][] => {
    const known = topics.get(topic)
    if (known !== undefined) return known
    const made = Array.from({ length: count }, (): Kept[] => [])
    topics.set(topic, made)
    return made
  }
  return {
    description: 'memory',
    identity: async () => 'memory',
    createTopic: async (topic, partitions) => partitionsOf(topic, partitions).length,
    tryCreateTopic: async () => {},
    tryWrite: async () => {},
    addPartitions: async (topic, count) => {
      const partitions = partitionsOf(topic, count)
      while (partitions.length < count) partitions.push([])
      return partitions.length
    },
    ends: async (topic) =>
      new Map((topics.get(topic) ?? []).map((kept, partition) => [partition, kept.length])),
    reader: async (options) => memoryReader(partitionsOf(options.topic), options),
    writer: async (topic) => ({
      append: async (records: readonly LogRecord[]) => {
        const partitions = partitionsOf(topic)
        const appendedMs = nowMs()
        for (const record of records)
          partitions[partitionOf(record, partitions.length)].push({
            value: record.value,
            appendedMs,
          })
      },
      close: async () => {},
    }),
    close: async () => {},
  }
}

/** `partitions` may grow. */
function memoryReader(
  partitions: readonly Kept[][],
  { from = new Map(), startAt = 'earliest' }: ReaderOptions,
): EventLogReader {
  const positions = new Map(
    partitions.map((kept, partition) => [partition, from.get(partition) ?? startOf(kept, startAt)]),
  )
  const next = (wanted: readonly number[]) => {
    for (const partition of wanted) {
      const position = positions.get(partition) ?? 0
      const kept = partitions[partition].slice(position, position + BATCH_RECORDS_MAX)
      if (kept.length === 0) continue
      positions.set(partition, position + kept.length)
      const bytes = encodeValues(kept.map(({ value }) => value))
      const blob = { baseOffset: position, count: kept.length, appendedMs: Number.NaN, bytes }
      const appendedMs = Float64Array.from(kept, (one) => one.appendedMs)
      return { ...batchFromBlobs(partition, position, [blob]), appendedMs }
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
    ends: async () => {
      for (const partition of partitions.keys())
        if (!positions.has(partition)) positions.set(partition, 0)
      return new Map(partitions.map((kept, partition) => [partition, kept.length]))
    },
    positions: () => positions,
    commit: async () => {},
    close: async () => {},
  }
}

function startOf(kept: readonly Kept[], startAt: StartAt): number {
  if (startAt === 'earliest') return 0
  if (startAt === 'latest') return kept.length
  const first = kept.findIndex(({ appendedMs }) => appendedMs >= startAt.timeMs)
  return first < 0 ? kept.length : first
}
