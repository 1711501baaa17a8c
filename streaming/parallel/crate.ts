// How batches get to a worker that cannot read them on its own: copied into memory that both threads see and that is used
// again and again. Posting them would make garbage on both sides, megabytes a batch.
import type { PlacedBatch, RecordBatch } from '../../stores/event-log/event-log.ts'

/** Where in a crate a batch is: its offsets, times, starts and ends, then its bytes. */
export interface Crated extends Pick<RecordBatch, 'partition' | 'count' | 'nextOffset'> {
  readonly at: number
  readonly sizeBytes: number
}

const ALIGNMENT = 8
/** Beside its bytes, what a record takes. */
const RECORD_BYTES = 2 * Float64Array.BYTES_PER_ELEMENT + 2 * Int32Array.BYTES_PER_ELEMENT

/** What was read, or only found. */
export type Found = RecordBatch | PlacedBatch

export const isPlaced = (batch: Found | Crated): batch is PlacedBatch => 'runs' in batch

export const firstOffsetOf = (batch: Found): number =>
  isPlaced(batch) ? batch.firstOffset : batch.offsets[0]

/** What the batch takes in a crate; one that is not read takes of it what it makes to do. */
export const sizeInCrate = (batch: Found): number => {
  if (isPlaced(batch)) return aligned(batch.sizeBytes)
  const { from, end } = extentOf(batch)
  return batch.count * RECORD_BYTES + aligned(end - from)
}

/** Copies the batch, which has records, to `at`, where there must be room. */
export function pack(batch: RecordBatch, memory: SharedArrayBuffer, at: number): Crated {
  const { partition, count, nextOffset } = batch
  const { from, end } = extentOf(batch)
  const crated = { partition, count, nextOffset, at, sizeBytes: end - from }
  const copy = unpack(crated, memory)
  copy.offsets.set(batch.offsets.subarray(0, count))
  copy.appendedMs.set(batch.appendedMs.subarray(0, count))
  copy.bytes.set(batch.bytes.subarray(from, end))
  for (let i = 0; i < count; i++) {
    const start = batch.starts[i]
    copy.starts[i] = start < 0 ? start : start - from
    copy.ends[i] = start < 0 ? 0 : batch.ends[i] - from
  }
  return crated
}

/** The batch as it lies in the crate: good until the crate is used again. */
export function unpack(
  { partition, count, nextOffset, at, sizeBytes }: Crated,
  memory: SharedArrayBuffer,
): RecordBatch {
  const appendedAt = at + count * Float64Array.BYTES_PER_ELEMENT
  const startsAt = appendedAt + count * Float64Array.BYTES_PER_ELEMENT
  const endsAt = startsAt + count * Int32Array.BYTES_PER_ELEMENT
  return {
    partition,
    count,
    nextOffset,
    offsets: new Float64Array(memory, at, count),
    appendedMs: new Float64Array(memory, appendedAt, count),
    starts: new Int32Array(memory, startsAt, count),
    ends: new Int32Array(memory, endsAt, count),
    bytes: new Uint8Array(memory, at + count * RECORD_BYTES, sizeBytes),
  }
}

/** The part of its bytes in which the values of its records are. */
function extentOf({ count, starts, ends }: RecordBatch): { from: number; end: number } {
  let from = Number.POSITIVE_INFINITY
  let end = 0
  for (let i = 0; i < count; i++) {
    if (starts[i] < 0) continue
    if (starts[i] < from) from = starts[i]
    if (ends[i] > end) end = ends[i]
  }
  return from < end ? { from, end } : { from: 0, end: 0 }
}

const aligned = (sizeBytes: number): number => Math.ceil(sizeBytes / ALIGNMENT) * ALIGNMENT
