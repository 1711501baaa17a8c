// Compression of record batches. Gzip is Node's, the others are packages without native code, so that they install
// anywhere (measured, prebuilt ones are no faster); Zstandard is Node's own where it has it (22.15 and later).

import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import * as zstd from '@bokuweb/zstd-wasm'
import kafkajs from 'kafkajs'
import lz4 from 'lz4js'
import snappyjs from 'snappyjs'
import { decompressedBoundBytes } from './zstd-frame.ts'

const { CompressionCodecs, CompressionTypes } = kafkajs

/** At the index that stands for them in the attributes of a record batch. */
export const CODEC_NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type CodecName = (typeof CODEC_NAMES)[number]

/** No record batch is larger when it is decompressed: bytes that claim to be are damaged, or meant to do harm. */
export const DECOMPRESSED_BYTES_MAX = 128 << 20

type Transform = (bytes: Uint8Array) => Promise<Uint8Array>
interface Codec {
  readonly compress: Transform
  readonly decompress: Transform
}

/** The records of a batch as every Kafka client reads them. */
export const compress = (codec: CodecName, bytes: Uint8Array): Promise<Uint8Array> =>
  CODECS[codec].compress(bytes)

/** What was compressed; with `none` the same bytes, else a buffer of its own. Throws an Error when it is damaged. */
export const decompress = (codec: CodecName, bytes: Uint8Array): Promise<Uint8Array> =>
  CODECS[codec].decompress(bytes)

/** Frame of Snappy's Java library, which Java clients use: this magic, two versions, then chunks with their length. */
const JAVA_SNAPPY_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const JAVA_SNAPPY_HEADER_BYTES = 16

/** Snappy, in the frame of Java clients or bare as other clients write it. */
function decompressSnappy(given: Uint8Array): Uint8Array {
  const bytes = bufferOf(given)
  if (!bytes.subarray(0, JAVA_SNAPPY_MAGIC.length).equals(JAVA_SNAPPY_MAGIC))
    return snappyjs.uncompress(bytes, DECOMPRESSED_BYTES_MAX)
  const chunks: Uint8Array[] = []
  for (let at = JAVA_SNAPPY_HEADER_BYTES; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    chunks.push(snappyjs.uncompress(bytes.subarray(at + 4, at + 4 + length)))
    at += 4 + length
  }
  return Buffer.concat(chunks)
}

const ZSTD_LEVEL = 3
/** Resolves when the package's WebAssembly is ready. */
let zstdReady: Promise<void> | undefined

const zstdPackage: Codec = {
  compress: async (bytes) => {
    zstdReady ??= zstd.init()
    await zstdReady
    return zstd.compress(bytes, ZSTD_LEVEL)
  },
  decompress: async (bytes) => {
    zstdReady ??= zstd.init()
    await zstdReady
    const boundBytes = decompressedBoundBytes(bytes)
    if (boundBytes > DECOMPRESSED_BYTES_MAX)
      throw new Error(`${boundBytes} bytes when decompressed`)
    return zstd.decompress(bytes, { defaultHeapSize: boundBytes })
  },
}

type ZlibCall = (bytes: Uint8Array, options?: object) => Promise<Uint8Array>
/** In large pieces: with Node's 16 KiB it takes twice the time. */
const UNPACKING = { maxOutputLength: DECOMPRESSED_BYTES_MAX, chunkSize: 256 << 10 }

function zlibCodec(compressName: string, decompressName: string): Codec {
  const calls = zlib as unknown as Record<string, Parameters<typeof promisify>[0]>
  const pack = promisify(calls[compressName]) as unknown as ZlibCall
  const unpack = promisify(calls[decompressName]) as unknown as ZlibCall
  return { compress: (bytes) => pack(bytes), decompress: (bytes) => unpack(bytes, UNPACKING) }
}

const CODECS: Readonly<Record<CodecName, Codec>> = {
  none: { compress: async (bytes) => bytes, decompress: async (bytes) => bytes },
  gzip: zlibCodec('gzip', 'unzip'),
  snappy: {
    compress: async (bytes) => snappyjs.compress(bytes),
    decompress: async (bytes) => decompressSnappy(bytes),
  },
  lz4: {
    compress: async (bytes) => lz4.compress(bytes),
    decompress: async (bytes) => lz4.decompress(bytes),
  },
  zstd: 'zstdCompress' in zlib ? zlibCodec('zstdCompress', 'zstdDecompress') : zstdPackage,
}

/** Teaches kafkajs those it does not bring along, for whoever reads or writes through it alone; harmless to repeat. */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = forKafkajs('snappy')
  CompressionCodecs[CompressionTypes.LZ4] = forKafkajs('lz4')
  CompressionCodecs[CompressionTypes.ZSTD] = forKafkajs('zstd')
}

const forKafkajs = (codec: CodecName) => () => ({
  compress: async ({ buffer }: { readonly buffer: Buffer }) =>
    bufferOf(await compress(codec, buffer)),
  decompress: async (bytes: Buffer) => bufferOf(await decompress(codec, bytes)),
})

const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
