// The bytes of a file, unpacked when it is gzip, in bounded chunks.
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { createGunzip } from 'node:zlib'
import { ConfigError, RefusedError } from '../../kit/errors.ts'

const CHUNK_BYTES = 1 << 20

export interface Source {
  /** The file's name without directory and `.gz`: an event's id is the same from the packed and the unpacked file. */
  readonly name: string
  /** The unpacked bytes, from the beginning. May be called again. */
  chunks(): AsyncIterable<Buffer>
  /** Share of the file that was read by the last `chunks()`, 0 to 1. */
  readShare(): number
  /** The first unpacked bytes, at most 64 KiB. */
  head(): Promise<Buffer>
}

/** Opens a file for reading. Throws ConfigError when it cannot be read; reading damaged gzip throws RefusedError. */
export function openSource(file: string): Source {
  const { isGzip, sizeBytes } = inspect(file)
  let readBytes = () => 0
  async function* chunks(): AsyncGenerator<Buffer> {
    const stream = createReadStream(file, { highWaterMark: CHUNK_BYTES })
    readBytes = () => stream.bytesRead
    if (!isGzip) {
      yield* stream as AsyncIterable<Buffer>
      return
    }
    const unpacked = stream.pipe(createGunzip({ chunkSize: CHUNK_BYTES }))
    stream.once('error', (error) => unpacked.destroy(error))
    try {
      yield* unpacked as AsyncIterable<Buffer>
    } catch (error) {
      throw new RefusedError(`${file}: the gzip data is damaged: ${(error as Error).message}`)
    } finally {
      stream.destroy()
    }
  }
  return {
    name: basename(file).replace(/\.gz$/i, ''),
    chunks,
    readShare: () => (sizeBytes === 0 ? 1 : Math.min(1, readBytes() / sizeBytes)),
    head: async () => {
      for await (const chunk of chunks()) return chunk.subarray(0, 1 << 16)
      return Buffer.alloc(0)
    },
  }
}

function inspect(file: string): { isGzip: boolean; sizeBytes: number } {
  try {
    const stat = statSync(file)
    if (stat.isDirectory()) throw new Error('it is a directory')
    const start = Buffer.alloc(2)
    const descriptor = openSync(file, 'r')
    readSync(descriptor, start, 0, 2, 0)
    closeSync(descriptor)
    return { isGzip: start[0] === 0x1f && start[1] === 0x8b, sizeBytes: stat.size }
  } catch (error) {
    const what = `${file} cannot be read: ${(error as Error).message}`
    throw new ConfigError([{ where: '--file', what }])
  }
}
