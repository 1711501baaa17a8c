// The headers of Kafka's record batches (message format 2), as brokers keep and send them: found and checked. The format:
// https://kafka.apache.org/documentation/#recordbatch.
import { crc32c } from './crc32c.ts'

const BASE_OFFSET_AT = 0
const LENGTH_AT = 8
const MAGIC_AT = 16
const CRC_AT = 17
const ATTRIBUTES_AT = 21
const LAST_DELTA_AT = 23
const FIRST_TIME_AT = 27
const MAX_TIME_AT = 35
const COUNT_AT = 57
const RECORDS_AT = 61

const MAGIC = 2
const CODEC_BITS = 0x07
const LOG_APPEND_TIME_BIT = 0x08
const TRANSACTION_BITS = 0x30
/** A record with neither key nor value nor headers, and the byte of its length. */
const RECORD_BYTES_MIN = 7

/** What the bytes are not, though they should be. */
export class DamagedBatch extends Error {
  override readonly name = 'DamagedBatch'
}

/** One batch within the bytes of a fetch. Offsets are of records, `recordsAt` and `end` of those bytes. */
export interface BatchHeader {
  readonly baseOffset: number
  /** Of the batch as it was written: compaction may have removed the record. */
  readonly lastOffset: number
  /** Number of the compression: the index of `CODEC_NAMES`. */
  readonly codec: number
  /** Part of a transaction, or the broker's note of how one ended. */
  readonly isTransactional: boolean
  readonly isLogAppendTime: boolean
  /** Epoch ms; -1: none. */
  readonly firstMs: number
  readonly maxMs: number
  readonly count: number
  readonly recordsAt: number
  readonly end: number
}

/**
 * The whole batches in the bytes of one partition of a fetch, which may end within a batch; undefined where one is of an
 * older message format. Throws DamagedBatch where a batch is not what was written.
 */
export function batchesIn(bytes: Buffer): BatchHeader[] | undefined {
  const batches: BatchHeader[] = []
  for (let at = 0; at + MAGIC_AT < bytes.length; ) {
    if (bytes[at + MAGIC_AT] !== MAGIC) return undefined
    const end = at + LENGTH_AT + 4 + bytes.readInt32BE(at + LENGTH_AT)
    if (end < at + RECORDS_AT) throw new DamagedBatch('it is shorter than its own header')
    if (end > bytes.length) break
    batches.push(headerAt(bytes, at, end))
    at = end
  }
  return batches
}

function headerAt(bytes: Buffer, at: number, end: number): BatchHeader {
  const noted = bytes.readUInt32BE(at + CRC_AT)
  const found = crc32c(bytes, at + ATTRIBUTES_AT, end)
  const baseOffset = Number(bytes.readBigInt64BE(at + BASE_OFFSET_AT))
  if (found !== noted) {
    const [was, is] = [noted, found].map((sum) => sum.toString(16).padStart(8, '0'))
    throw new DamagedBatch(`its CRC-32C was ${was} and is ${is} (base offset ${baseOffset})`)
  }
  const attributes = bytes.readInt16BE(at + ATTRIBUTES_AT)
  const lastOffset = baseOffset + bytes.readInt32BE(at + LAST_DELTA_AT)
  if (baseOffset < 0 || lastOffset < baseOffset || !Number.isSafeInteger(lastOffset))
    throw new DamagedBatch(`it claims to hold the offsets from ${baseOffset} to ${lastOffset}`)
  return {
    baseOffset,
    lastOffset,
    codec: attributes & CODEC_BITS,
    isTransactional: (attributes & TRANSACTION_BITS) !== 0,
    isLogAppendTime: (attributes & LOG_APPEND_TIME_BIT) !== 0,
    firstMs: Number(bytes.readBigInt64BE(at + FIRST_TIME_AT)),
    maxMs: Number(bytes.readBigInt64BE(at + MAX_TIME_AT)),
    count: bytes.readInt32BE(at + COUNT_AT),
    recordsAt: at + RECORDS_AT,
    end,
  }
}

/** Throws DamagedBatch where so many records cannot be in so many bytes. */
export function checkCount({ count }: BatchHeader, recordsBytes: number): void {
  if (count < 0 || count * RECORD_BYTES_MIN > recordsBytes)
    throw new DamagedBatch(`it claims to hold ${count} records in ${recordsBytes} bytes`)
}
