// Compressed topics: what kafkajs does not bring along. Reading only: what we write is uncompressed. Pure JavaScript, so
// that it installs anywhere.
import { decompress as zstd } from 'fzstd'
import kafkajs from 'kafkajs'
import lz4 from 'lz4js'
import snappyjs from 'snappyjs'

const { CompressionCodecs, CompressionTypes } = kafkajs

/** Frame of Snappy's Java library, which Java clients use: this magic, two versions, then chunks with their length. */
const JAVA_SNAPPY_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const JAVA_SNAPPY_HEADER_BYTES = 16

/** Snappy, in the frame of Java clients or bare as other clients write it. */
export function decompressSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, JAVA_SNAPPY_MAGIC.length).equals(JAVA_SNAPPY_MAGIC)) {
    return Buffer.from(snappyjs.uncompress(bytes))
  }
  const chunks: Buffer[] = []
  for (let at = JAVA_SNAPPY_HEADER_BYTES; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    chunks.push(Buffer.from(snappyjs.uncompress(bytes.subarray(at + 4, at + 4 + length))))
    at += 4 + length
  }
  return Buffer.concat(chunks)
}

export const decompressLz4 = (bytes: Buffer): Buffer => Buffer.from(lz4.decompress(bytes))

export const decompressZstd = (bytes: Buffer): Buffer => Buffer.from(zstd(bytes))

/** Teaches kafkajs to read them; harmless to repeat. */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = readOnly(decompressSnappy)
  CompressionCodecs[CompressionTypes.LZ4] = readOnly(decompressLz4)
  CompressionCodecs[CompressionTypes.ZSTD] = readOnly(decompressZstd)
}

const readOnly = (decompress: (bytes: Buffer) => Buffer) => () => ({
  compress: async () => {
    throw new Error('windrow writes uncompressed records')
  },
  decompress: async (bytes: Buffer) => decompress(bytes),
})
