// LZ4 as Kafka has it: frames of independent blocks of 64 KiB, which brokers insist on. The formats:
// https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md.
import { copyBack, copyLiterals, Damaged } from './copying.ts'

/** Magic; version 1, independent blocks; blocks of at most 64 KiB; sum of these two (xxHash32, its second byte). */
const HEADER = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]
const MAGIC = 0x184d2204
const BLOCK_BYTES = 64 << 10
const BLOCK_SUM_BIT = 0x10
const CONTENT_SIZE_BIT = 0x08
const CONTENT_SUM_BIT = 0x04
const DICTIONARY_BIT = 0x01
const UNCOMPRESSED_BIT = 0x80000000
/** A byte of a length says at most so much. */
const EXPANSION_MAX = 255
/** A match begins at least so far before the end of a block, and ends so far before it. */
const MATCH_START_MARGIN = 12
const MATCH_END_MARGIN = 5
const MATCH_BYTES_MIN = 4
const DISTANCE_MAX = 65_535
const HASH_BITS = 14
/** Knuth's multiplicative hash: 2³² divided by the golden ratio. */
const HASH_FACTOR = 2_654_435_761
/** Where four bytes of a kind were seen last, plus one; 0: not yet in this block. */
const seen = new Int32Array(1 << HASH_BITS)

export function compressLz4(bytes: Uint8Array): Uint8Array {
  const blocks = Math.ceil(bytes.length / BLOCK_BYTES)
  const into = Buffer.allocUnsafeSlow(HEADER.length + bytes.length + blocks * 4 + 4 + BLOCK_BYTES)
  into.set(HEADER)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = HEADER.length
  for (let start = 0; start < bytes.length; start += BLOCK_BYTES) {
    const end = Math.min(bytes.length, start + BLOCK_BYTES)
    const packedEnd = compressBlock(bytes, view, start, end, into, at + 4)
    const isSmaller = packedEnd - at - 4 < end - start
    if (!isSmaller) into.set(bytes.subarray(start, end), at + 4)
    const sizeBytes = isSmaller ? packedEnd - at - 4 : end - start
    into.writeUInt32LE(isSmaller ? sizeBytes : (sizeBytes | UNCOMPRESSED_BIT) >>> 0, at)
    at += 4 + sizeBytes
  }
  into.writeUInt32LE(0, at)
  // A copy: the room was for bytes that do not compress.
  return Uint8Array.prototype.slice.call(into, 0, at + 4)
}

/** Answers where it ends in `into`. It may be larger than what went in, by a 255th and a few bytes. */
function compressBlock(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  into: Uint8Array,
  intoAt: number,
): number {
  seen.fill(0)
  const lastStart = end - MATCH_START_MARGIN
  const lastEnd = end - MATCH_END_MARGIN
  let out = intoAt
  let literals = start
  let at = start
  while (at < lastStart) {
    const four = view.getInt32(at, true)
    const slot = Math.imul(four, HASH_FACTOR) >>> (32 - HASH_BITS)
    const before = seen[slot] - 1
    seen[slot] = at + 1
    const isMatch =
      before >= 0 && at - before <= DISTANCE_MAX && view.getInt32(before, true) === four
    if (!isMatch) {
      // Where nothing matches for long, it is looked for less and less often.
      at += 1 + ((at - literals) >> 6)
      continue
    }
    let matchEnd = at + MATCH_BYTES_MIN
    const distance = at - before
    while (matchEnd < lastEnd && bytes[matchEnd] === bytes[matchEnd - distance]) matchEnd++
    const extra = matchEnd - at - MATCH_BYTES_MIN
    out = putLiterals(bytes, literals, at, Math.min(extra, 15), into, out)
    into[out++] = distance & 255
    into[out++] = distance >> 8
    if (extra >= 15) out = putLength(extra - 15, into, out)
    at = matchEnd
    literals = at
  }
  return putLiterals(bytes, literals, end, 0, into, out)
}

/** A token, with how long the match is that follows, and the bytes before that. */
function putLiterals(
  bytes: Uint8Array,
  start: number,
  end: number,
  matchBits: number,
  into: Uint8Array,
  intoAt: number,
): number {
  const length = end - start
  let out = intoAt
  into[out++] = (Math.min(length, 15) << 4) | matchBits
  if (length >= 15) out = putLength(length - 15, into, out)
  copyLiterals(bytes, start, length, into, out)
  return out + length
}

function putLength(length: number, into: Uint8Array, intoAt: number): number {
  let out = intoAt
  let left = length
  for (; left >= 255; left -= 255) into[out++] = 255
  into[out++] = left
  return out
}

/**
 * Frames one after the other. Throws Damaged, also where more than `bytesMax` come out. Sums are not checked: Kafka has its
 * own.
 */
export function decompressLz4(bytes: Uint8Array, bytesMax: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const blocks = blocksIn(view)
  let boundBytes = 0
  for (const { boundBytes: one } of blocks) boundBytes += one
  if (boundBytes > bytesMax) throw new Damaged(`up to ${boundBytes} bytes would come out`)
  const into = Buffer.allocUnsafeSlow(boundBytes)
  let out = 0
  for (const { start, end, isCompressed } of blocks) {
    if (isCompressed) out = decompressBlock(bytes, start, end, into, out)
    else {
      copyLiterals(bytes, start, end - start, into, out)
      out += end - start
    }
  }
  return into.subarray(0, out)
}

interface Block {
  readonly start: number
  readonly end: number
  readonly isCompressed: boolean
  /** At most so much comes out of it. */
  readonly boundBytes: number
}

function blocksIn(view: DataView): Block[] {
  const blocks: Block[] = []
  let at = 0
  do {
    if (at + 7 > view.byteLength || view.getUint32(at, true) !== MAGIC)
      throw new Damaged('no frame')
    const flags = view.getUint8(at + 4)
    const blockBytesMax = 1 << (8 + 2 * ((view.getUint8(at + 5) >> 4) & 7))
    at += 7 + ((flags & CONTENT_SIZE_BIT) === 0 ? 0 : 8) + ((flags & DICTIONARY_BIT) === 0 ? 0 : 4)
    for (;;) {
      if (at + 4 > view.byteLength) throw new Damaged('the frame is cut')
      const noted = view.getUint32(at, true)
      at += 4
      if (noted === 0) break
      const isCompressed = noted < UNCOMPRESSED_BIT
      const size = isCompressed ? noted : noted - UNCOMPRESSED_BIT
      const end = at + size
      if (end > view.byteLength) throw new Damaged('a block is cut')
      const boundBytes = isCompressed ? Math.min(blockBytesMax, size * EXPANSION_MAX) : size
      blocks.push({ start: at, end, isCompressed, boundBytes })
      at = end + ((flags & BLOCK_SUM_BIT) === 0 ? 0 : 4)
    }
    if ((flags & CONTENT_SUM_BIT) !== 0) at += 4
  } while (at < view.byteLength)
  return blocks
}

/** Answers where it ends in `into`; matches may reach into the blocks before. */
function decompressBlock(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
  intoAt: number,
): number {
  let at = start
  let out = intoAt
  while (at < end) {
    const token = bytes[at++]
    let length = token >> 4
    if (length === 15) {
      do length += bytes[at]
      while (bytes[at++] === 255 && at < end)
    }
    if (at + length > end || out + length > into.length) throw new Damaged('a block is too long')
    copyLiterals(bytes, at, length, into, out)
    at += length
    out += length
    // The last ones have no match.
    if (at === end) break
    const distance = bytes[at] | (bytes[at + 1] << 8)
    at += 2
    length = (token & 15) + MATCH_BYTES_MIN
    if ((token & 15) === 15) {
      do length += bytes[at]
      while (bytes[at++] === 255 && at < end)
    }
    if (at > end || distance === 0 || distance > out || out + length > into.length)
      throw new Damaged('a block points elsewhere')
    copyBack(into, out, distance, length)
    out += length
  }
  return out
}
