// The records of one partition in the answer to a fetch → our record batches: those of consecutive uncompressed batches of
// Kafka's become one, over the very bytes that were received; compressed ones are decompressed side by side.
import { RefusedError, rootCause } from '../../../kit/errors.ts'
import { lendMemory } from '../../kafka-memory.ts'
import type { RecordBatch } from '../event-log.ts'
import { CODEC_NAMES, decompress } from './codecs.ts'
import { type BatchHeader, batchesIn, checkCount, DamagedBatch } from './record-batch.ts'
import { columnsFor, filled, noteRecords } from './records.ts'

/** Decompressed batches are put together until there is so much: a batch of ours is dear to begin, and must not grow far. */
const TOGETHER_BYTES = 1 << 20

export interface RecordSet {
  readonly topic: string
  readonly partition: number
  /** What was asked for: records before it come along where it lies within a batch, and are left out. */
  readonly fromOffset: number
  readonly bytes: Buffer
}

/** A batch of Kafka's and where its records lie, decompressed. */
interface Piece {
  readonly header: BatchHeader
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/**
 * In order; none where the bytes hold no whole batch. Undefined where the set has batches of older message formats or of
 * transactions: kafkajs knows how to read those. Throws RefusedError where a batch is damaged.
 */
export async function readRecordSet(set: RecordSet): Promise<RecordBatch[] | undefined> {
  try {
    const headers = batchesIn(set.bytes)
    if (headers === undefined || headers.some((one) => one.isTransactional)) return undefined
    const wanted = headers.filter(({ lastOffset }) => lastOffset >= set.fromOffset)
    const pieces = await Promise.all(wanted.map((header) => pieceOf(set, header)))
    return groupsOf(pieces).map((group) => batchOf(set, group))
  } catch (error) {
    if (error instanceof DamagedBatch) throw refusal(set, error.message)
    throw error
  }
}

async function pieceOf({ bytes }: RecordSet, header: BatchHeader): Promise<Piece> {
  const { codec, recordsAt, end } = header
  if (codec === 0) return { header, bytes, start: recordsAt, end }
  const name = CODEC_NAMES[codec]
  if (name === undefined)
    throw new DamagedBatch(`its compression is ${codec}, of which there is none`)
  const unpacked = await decompress(name, bytes.subarray(recordsAt, end)).catch((error: Error) => {
    throw new DamagedBatch(`it cannot be decompressed as ${name}: ${rootCause(error)}`)
  })
  return { header, bytes: unpacked, start: 0, end: unpacked.length }
}

/** Pieces that become one batch of ours: those in the same bytes, and some that are put together. */
function groupsOf(pieces: readonly Piece[]): Piece[][] {
  const groups: Piece[][] = []
  let groupBytes = 0
  for (const piece of pieces) {
    const last = groups.at(-1)
    const isSame = last !== undefined && last[0].bytes === piece.bytes
    const isSmall = last !== undefined && last[0].header.codec !== 0 && piece.header.codec !== 0
    if (last !== undefined && (isSame || (isSmall && groupBytes < TOGETHER_BYTES))) {
      last.push(piece)
      groupBytes += piece.end
    } else {
      groups.push([piece])
      groupBytes = piece.end
    }
  }
  return groups
}

function batchOf({ partition, fromOffset }: RecordSet, group: readonly Piece[]): RecordBatch {
  const isShared = group.every(({ bytes }) => bytes === group[0].bytes)
  const bytes = isShared ? group[0].bytes : Buffer.concat(group.map((piece) => piece.bytes))
  let capacity = 0
  for (const { header, start, end } of group) {
    checkCount(header, end - start)
    capacity += header.count
  }
  const columns = columnsFor(capacity)
  let shift = 0
  for (const { header, start, end } of group) {
    noteRecords(header, bytes, shift + start, shift + end, fromOffset, columns)
    if (!isShared) shift += end
  }
  const nextOffset = group[group.length - 1].header.lastOffset + 1
  lendMemory(columns.starts.buffer, 1)
  return { partition, bytes, nextOffset, ...filled(columns) }
}

const refusal = ({ topic, partition, fromOffset }: RecordSet, why: string): RefusedError =>
  new RefusedError(
    `A record batch of ${topic}/${partition}, at or after offset ${fromOffset}, is damaged: ${why}.\n` +
      '  Another replica may have it whole: move the leadership of the partition there, then start again. ' +
      'Otherwise remove the records up to it (kafka-delete-records).',
  )
