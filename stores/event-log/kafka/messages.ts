// kafkajs's messages → record batches, without copying: its values are views of the buffers it received. For what does not
// come as whole batches: transactions and old message formats.
import type { RecordBatch } from '../event-log.ts'

/** What we use of a kafkajs message. */
export interface Message {
  readonly offset: string
  readonly value: Buffer | null
  /** Epoch ms; -1: none. The broker's, on topics we make. */
  readonly timestamp: string
}

/**
 * Batches of one partition, in order. Messages whose values lie in one buffer make one batch: as many batches as the
 * broker's record batches were decompressed into, one for uncompressed ones.
 */
export function batchesFromMessages(
  partition: number,
  messages: readonly Message[],
  nextOffset: number,
): RecordBatch[] {
  const batches: RecordBatch[] = []
  let first = 0
  while (first < messages.length) {
    const last = endOfRun(messages, first)
    const isLast = last === messages.length
    batches.push(
      batchOf(
        partition,
        messages,
        first,
        last,
        isLast ? nextOffset : Number(messages[last].offset),
      ),
    )
    first = last
  }
  return batches
}

/** A batch without records, that only moves the position: the broker's control records and aborted ones. */
export const emptyBatch = (partition: number, nextOffset: number): RecordBatch =>
  batchOf(partition, [], 0, 0, nextOffset)

/** One past the last message from `first` whose value, if any, lies in the same buffer. */
function endOfRun(messages: readonly Message[], first: number): number {
  let buffer: ArrayBufferLike | undefined
  for (let at = first; at < messages.length; at++) {
    const own = messages[at].value?.buffer
    if (own === undefined) continue
    if (buffer !== undefined && own !== buffer) return at
    buffer = own
  }
  return messages.length
}

function batchOf(
  partition: number,
  messages: readonly Message[],
  first: number,
  last: number,
  nextOffset: number,
): RecordBatch {
  const count = last - first
  const starts = new Int32Array(count)
  const ends = new Int32Array(count)
  const offsets = new Float64Array(count)
  const appendedMs = new Float64Array(count)
  let bytes: Uint8Array = new Uint8Array(0)
  for (let i = 0; i < count; i++) {
    const { offset, value, timestamp } = messages[first + i]
    offsets[i] = Number(offset)
    // Records that the broker took together have one time: most need not be converted.
    if (i > 0 && timestamp === messages[first + i - 1].timestamp) appendedMs[i] = appendedMs[i - 1]
    else appendedMs[i] = timestamp === '-1' ? Number.NaN : Number(timestamp)
    if (value === null) {
      starts[i] = -1
      ends[i] = -1
      continue
    }
    if (bytes.length === 0) bytes = new Uint8Array(value.buffer)
    starts[i] = value.byteOffset
    ends[i] = value.byteOffset + value.length
  }
  return { partition, count, bytes, starts, ends, offsets, appendedMs, nextOffset }
}
