// Files beside the embedded log's SQLite file that hold the bytes of large runs of values: written and durable before a row
// names them, and never changed after. Together they are one space of addresses, cut into files.
import * as fs from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { RefusedError } from '../../../kit/errors.ts'

const write = promisify(fs.write)
const datasync = promisify(fs.fdatasync)

/** Smaller runs stay in SQLite: they need no file, and no wait for the disk. */
export const SEGMENT_RUN_BYTES_MIN = 1 << 16
/** A run is in the file that its first byte belongs to, also where it goes on past the end of that. */
const SEGMENT_BYTES = 1 << 28
/** A log may have more files than a process may open. */
const OPEN_MAX = 16

/** Where the segments of the log in `file` are: found from wherever the file is linked to, as SQLite finds its own. */
export const segmentsDirectory = (file: string): string => `${fs.realpathSync(file)}-segments`

const fileOf = (directory: string, segment: number): string =>
  join(directory, String(segment).padStart(8, '0'))

export class SegmentReader {
  readonly #directory: string
  readonly #open = new Map<number, number>()

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Reads `sizeBytes` from `address` to `at` in `target`. Throws RefusedError when they are not there. */
  read(address: number, sizeBytes: number, target: Uint8Array, at: number): void {
    const segment = Math.floor(address / SEGMENT_BYTES)
    const position = address % SEGMENT_BYTES
    const descriptor = this.#descriptorOf(segment)
    for (let done = 0; done < sizeBytes; ) {
      const got = fs.readSync(descriptor, target, at + done, sizeBytes - done, position + done)
      if (got === 0)
        throw incomplete(
          `expected ${sizeBytes} bytes at ${position} of ${fileOf(this.#directory, segment)}, got ${done}`,
        )
      done += got
    }
  }

  close(): void {
    for (const descriptor of this.#open.values()) fs.closeSync(descriptor)
    this.#open.clear()
  }

  #descriptorOf(segment: number): number {
    const open = this.#open.get(segment)
    if (open !== undefined) return open
    if (this.#open.size >= OPEN_MAX) this.close()
    const file = fileOf(this.#directory, segment)
    try {
      const descriptor = fs.openSync(file, 'r')
      this.#open.set(segment, descriptor)
      return descriptor
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      throw incomplete(`expected the file ${file}, which is not there`)
    }
  }
}

const incomplete = (what: string): RefusedError =>
  new RefusedError(
    `The embedded event log is not complete: ${what}. ` +
      'Was it copied without its segments? Copy the whole directory, or set WINDROW_DATA to another one.',
  )

/** One caller; calls do not overlap. */
export class SegmentWriter {
  readonly #directory: string
  #segment = -1
  #descriptor: number | undefined

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Writes to an address that was reserved for it. Durable after `sync`. */
  async write(address: number, bytes: Uint8Array): Promise<void> {
    const descriptor = await this.#descriptorOf(Math.floor(address / SEGMENT_BYTES))
    const position = address % SEGMENT_BYTES
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await write(
        descriptor,
        bytes,
        done,
        bytes.length - done,
        position + done,
      )
      done += bytesWritten
    }
  }

  async sync(): Promise<void> {
    if (this.#descriptor !== undefined) await datasync(this.#descriptor)
  }

  close(): void {
    if (this.#descriptor !== undefined) fs.closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  async #descriptorOf(segment: number): Promise<number> {
    if (this.#descriptor !== undefined && this.#segment === segment) return this.#descriptor
    await this.sync()
    this.close()
    const file = fileOf(this.#directory, segment)
    const isNew = !fs.existsSync(file)
    fs.mkdirSync(this.#directory, { recursive: true })
    this.#descriptor = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o644)
    this.#segment = segment
    if (isNew) syncDirectory(this.#directory)
    return this.#descriptor
  }
}

/** So that the name of a new file is as durable as what is in it. Windows has no such call, and needs none. */
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return
  const descriptor = fs.openSync(directory, 'r')
  try {
    fs.fsyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}
