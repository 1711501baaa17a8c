// Decompresses Snappy, in the frame of Java clients or bare as other clients write it. The format:
// https://github.com/google/snappy/blob/main/format_description.txt; the frame: xerial's SnappyOutputStream.
import { copyBack, copyLiterals, Damaged } from './copying.ts'

/** This magic, two versions, then chunks with their length. */
const JAVA_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const JAVA_HEADER_BYTES = 16

/** Throws Damaged, also where more than `bytesMax` come out. */
export function decompressSnappy(bytes: Uint8Array, bytesMax: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const chunks = chunksIn(bytes, view)
  let sizeBytes = 0
  for (const chunk of chunks) {
    const { number, end } = sizeAt(bytes, chunk.start, chunk.end)
    chunk.start = end
    chunk.sizeBytes = number
    sizeBytes += number
  }
  if (sizeBytes > bytesMax) throw new Damaged(`${sizeBytes} bytes would come out`)
  const into = Buffer.allocUnsafeSlow(sizeBytes)
  let out = 0
  for (const chunk of chunks) {
    decompressChunk(bytes, chunk.start, chunk.end, into.subarray(out, out + chunk.sizeBytes))
    out += chunk.sizeBytes
  }
  return into
}

interface Chunk {
  start: number
  readonly end: number
  sizeBytes: number
}

function chunksIn(bytes: Uint8Array, view: DataView): Chunk[] {
  const isJava = JAVA_MAGIC.every((byte, i) => bytes[i] === byte)
  if (!isJava) return [{ start: 0, end: bytes.length, sizeBytes: 0 }]
  const chunks: Chunk[] = []
  for (let at = JAVA_HEADER_BYTES; at < bytes.length; ) {
    const end = at + 4 + (at + 4 > bytes.length ? 0 : view.getUint32(at))
    if (end > bytes.length) throw new Damaged('a chunk is cut')
    chunks.push({ start: at + 4, end, sizeBytes: 0 })
    at = end
  }
  return chunks
}

/** What comes out, as it says: a number of up to 32 bits, seven to a byte. */
function sizeAt(bytes: Uint8Array, start: number, limit: number): { number: number; end: number } {
  let number = 0
  for (let at = start; at < limit && at < start + 5; at++) {
    number += (bytes[at] & 127) * 2 ** (7 * (at - start))
    if (bytes[at] < 128) return { number, end: at + 1 }
  }
  throw new Damaged('no Snappy')
}

/** Fills `into`. */
function decompressChunk(bytes: Uint8Array, start: number, end: number, into: Uint8Array): void {
  let at = start
  let out = 0
  while (at < end) {
    const tag = bytes[at++]
    const kind = tag & 3
    let length = (tag >> 2) + 1
    if (kind === 0) {
      if (length > 60) {
        const more = length - 60
        length = 1 + littleEndian(bytes, at, more)
        at += more
      }
      if (at + length > end || out + length > into.length) throw new Damaged('it is too long')
      copyLiterals(bytes, at, length, into, out)
      at += length
    } else {
      const more = kind === 3 ? 4 : kind
      let distance = littleEndian(bytes, at, more)
      if (kind === 1) {
        length = 4 + ((tag >> 2) & 7)
        distance += (tag >> 5) << 8
      }
      at += more
      if (at > end || distance < 1 || distance > out || out + length > into.length)
        throw new Damaged('it points elsewhere')
      copyBack(into, out, distance, length)
    }
    out += length
  }
  if (out !== into.length) throw new Damaged(`${out} bytes came out of ${into.length}`)
}

/** Zero beyond the end, where the caller finds out. */
function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let number = 0
  for (let i = count - 1; i >= 0; i--) number = number * 256 + (bytes[at + i] ?? 0)
  return number
}
