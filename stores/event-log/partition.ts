// Which partition of the embedded logs a record belongs to.
import type { LogRecord } from './event-log.ts'

export const partitionOf = (record: LogRecord, partitions: number): number =>
  record.partition === undefined ? partitionOfKey(record.key, partitions) : record.partition

/** FNV-1a over the key's UTF-16 units: spreads evenly, the same on every machine. */
function partitionOfKey(key: string, partitions: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return ((hash ^ (hash >>> 15)) >>> 0) % partitions
}
