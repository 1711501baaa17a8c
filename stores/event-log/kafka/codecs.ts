// Compression of record batches. Gzip is Node's, and Zstandard is where it has it (22.15 and later); everything else works
// without native code, so that it installs anywhere (measured, prebuilt packages are no faster).

import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import * as zstd from '@bokuweb/zstd-wasm'
import kafkajs from 'kafkajs'
import snappyjs from 'snappyjs'
import { compressLz4, decompressLz4 } from './lz4.ts'
import { decompressSnappy } from './snappy.ts'
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
    decompress: async (bytes) => decompressSnappy(bytes, DECOMPRESSED_BYTES_MAX),
  },
  lz4: {
    compress: async (bytes) => compressLz4(bytes),
    decompress: async (bytes) => decompressLz4(bytes, DECOMPRESSED_BYTES_MAX),
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
