// How record batches are made: values side by side in one buffer, and the embedded log's encoding of them.
import { RefusedError } from '../../kit/errors.ts'
import type { RecordBatch, Run } from './event-log.ts'

const LENGTH_BYTES = 4

type Values = readonly (Uint8Array | null)[]

/** Values of consecutive records as one run of bytes: a 32-bit little-endian length each (-1: no value), then the values. */
export function encodeValues(values: Values): Uint8Array {
  const run = new Uint8Array(encodedBytes(values))
  encodeInto(values, run)
  return run
}

/** How long `encodeValues` makes them. */
export function encodedBytes(values: Values): number {
  let sizeBytes = values.length * LENGTH_BYTES
  for (const value of values) sizeBytes += value?.length ?? 0
  return sizeBytes
}

/** As `encodeValues`, at the beginning of `target`. */
export function encodeInto(values: Values, target: Uint8Array): void {
  const lengths = new DataView(target.buffer, target.byteOffset, values.length * LENGTH_BYTES)
  let at = values.length * LENGTH_BYTES
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    lengths.setInt32(i * LENGTH_BYTES, value === null ? -1 : value.length, true)
    if (value === null) continue
    target.set(value, at)
    at += value.length
  }
}

/** What a batch is made in. Used for one after the other, it spares the memory of each, and its collection. */
export class BatchMemory {
  bytes = new Uint8Array(0)
  starts = new Int32Array(0)
  ends = new Int32Array(0)
  offsets = new Float64Array(0)
  appendedMs = new Float64Array(0)

  /** Makes room for the runs; what was in it may be lost. */
  fit(runs: readonly Run[]): void {
    let sizeBytes = 0
    let records = 0
    for (const run of runs) {
      sizeBytes += run.sizeBytes
      records += run.count
    }
    if (sizeBytes > this.bytes.length) this.bytes = new Uint8Array(sizeBytes)
    if (records <= this.starts.length) return
    this.starts = new Int32Array(records)
    this.ends = new Int32Array(records)
    this.offsets = new Float64Array(records)
    this.appendedMs = new Float64Array(records)
  }
}

/**
 * One batch of the runs, which are of one partition, in order, and side by side in `memory`, without the records before
 * `fromOffset`. Throws RefusedError when a run is not as `encodeValues` makes it.
 */
export function batchFromRuns(
  partition: number,
  fromOffset: number,
  runs: readonly Run[],
  memory: BatchMemory,
): RecordBatch {
  const { bytes, starts, ends, offsets, appendedMs } = memory
  let count = 0
  let runStart = 0
  let nextOffset = fromOffset
  for (const run of runs) {
    const lengthsBytes = run.count * LENGTH_BYTES
    if (lengthsBytes > run.sizeBytes) throw damaged(partition, run, lengthsBytes)
    const lengths = new DataView(bytes.buffer, bytes.byteOffset + runStart, lengthsBytes)
    let at = runStart + lengthsBytes
    for (let i = 0; i < run.count; i++) {
      const length = lengths.getInt32(i * LENGTH_BYTES, true)
      const end = length < 0 ? at : at + length
      if (run.baseOffset + i >= fromOffset) {
        starts[count] = length < 0 ? -1 : at
        ends[count] = end
        offsets[count] = run.baseOffset + i
        appendedMs[count] = run.appendedMs
        count++
      }
      at = end
    }
    runStart += run.sizeBytes
    nextOffset = run.baseOffset + run.count
    if (at !== runStart) throw damaged(partition, run, at - runStart + run.sizeBytes)
  }
  return { partition, count, bytes, starts, ends, offsets, appendedMs, nextOffset }
}

const damaged = (partition: number, { baseOffset, count, sizeBytes }: Run, gotBytes: number) =>
  new RefusedError(
    `Records ${baseOffset} to ${baseOffset + count - 1} of partition ${partition} are damaged: ` +
      `expected ${sizeBytes} bytes, by their lengths they are ${gotBytes}. ` +
      'Restore the log from a copy of it, or read from a later time.',
  )

/** One batch of runs that lie in buffers of their own. */
export function batchFromBlobs(
  partition: number,
  fromOffset: number,
  blobs: readonly (Omit<Run, 'sizeBytes'> & { readonly bytes: Uint8Array })[],
): RecordBatch {
  const memory = new BatchMemory()
  const runs = blobs.map((blob) => ({ ...blob, sizeBytes: blob.bytes.length }))
  memory.fit(runs)
  let at = 0
  for (const { bytes } of blobs) {
    memory.bytes.set(bytes, at)
    at += bytes.length
  }
  return batchFromRuns(partition, fromOffset, runs, memory)
}

/** A copy of the value of record `index`; null when it has none. */
export function valueAt(batch: RecordBatch, index: number): Uint8Array | null {
  if (batch.starts[index] < 0) return null
  // Not its own `slice`: that of a Buffer is no copy and would keep the whole batch.
  return Uint8Array.prototype.slice.call(batch.bytes, batch.starts[index], batch.ends[index])
}
