// How record batches are made: values side by side in one buffer, and the embedded log's encoding of them.
import type { RecordBatch } from './event-log.ts'

/** Values of consecutive records as one blob: a 32-bit little-endian length each (-1: no value), then the values. */
export function encodeValues(values: readonly (Uint8Array | null)[]): Uint8Array {
  let sizeBytes = values.length * 4
  for (const value of values) sizeBytes += value?.length ?? 0
  const blob = new Uint8Array(sizeBytes)
  const lengths = new DataView(blob.buffer, 0, values.length * 4)
  let at = values.length * 4
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    lengths.setInt32(i * 4, value === null ? -1 : value.length, true)
    if (value === null) continue
    blob.set(value, at)
    at += value.length
  }
  return blob
}

/** Blobs of `encodeValues` with the offset of their first record; they must be of one partition and in order. */
export interface ValuesBlob {
  readonly baseOffset: number
  readonly count: number
  /** When they were appended; NaN: not known. */
  readonly appendedMs: number
  readonly bytes: Uint8Array
}

/** What a batch is made in. Used for one after the other, it spares the memory of each, and its collection. */
export class BatchMemory {
  bytes = new Uint8Array(0)
  starts = new Int32Array(0)
  ends = new Int32Array(0)
  offsets = new Float64Array(0)
  appendedMs = new Float64Array(0)

  /** Makes room; what was in it may be lost. */
  fit(sizeBytes: number, records: number): void {
    if (sizeBytes > this.bytes.length) this.bytes = new Uint8Array(sizeBytes)
    if (records <= this.starts.length) return
    this.starts = new Int32Array(records)
    this.ends = new Int32Array(records)
    this.offsets = new Float64Array(records)
    this.appendedMs = new Float64Array(records)
  }
}

/** One batch from the blobs, without the records before `fromOffset`. It lies in `memory`. */
export function batchFromBlobs(
  partition: number,
  fromOffset: number,
  blobs: readonly ValuesBlob[],
  memory = new BatchMemory(),
): RecordBatch {
  let sizeBytes = 0
  let capacity = 0
  for (const blob of blobs) {
    sizeBytes += blob.bytes.length
    capacity += blob.count
  }
  const isOne = blobs.length === 1
  memory.fit(isOne ? 0 : sizeBytes, capacity)
  const { starts, ends, offsets, appendedMs } = memory
  const bytes = isOne ? blobs[0].bytes : memory.bytes
  let count = 0
  let blobStart = 0
  let nextOffset = fromOffset
  for (const blob of blobs) {
    if (!isOne) bytes.set(blob.bytes, blobStart)
    const lengths = new DataView(blob.bytes.buffer, blob.bytes.byteOffset, blob.count * 4)
    let at = blobStart + blob.count * 4
    for (let i = 0; i < blob.count; i++) {
      const length = lengths.getInt32(i * 4, true)
      const end = length < 0 ? at : at + length
      if (blob.baseOffset + i >= fromOffset) {
        starts[count] = length < 0 ? -1 : at
        ends[count] = end
        offsets[count] = blob.baseOffset + i
        appendedMs[count] = blob.appendedMs
        count++
      }
      at = end
    }
    blobStart += blob.bytes.length
    nextOffset = blob.baseOffset + blob.count
  }
  return { partition, count, bytes, starts, ends, offsets, appendedMs, nextOffset }
}

/** A copy of the value of record `index`; null when it has none. */
export function valueAt(batch: RecordBatch, index: number): Uint8Array | null {
  if (batch.starts[index] < 0) return null
  // Not its own `slice`: that of a Buffer is no copy and would keep the whole batch.
  return Uint8Array.prototype.slice.call(batch.bytes, batch.starts[index], batch.ends[index])
}
