// The file of one checkpoint: magic, format version, bytes, and the SHA-256 of all that. Written and checked in batches, so
// that the event loop is never held for more than a few milliseconds, however large the checkpoint is; and a small one is
// written by few calls, as each waits for its turn.
import { createHash } from 'node:crypto'
import { closeSync, fdatasync, open, writev } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { after, batchesOf, sizeOf } from './pieces.ts'

const MAGIC = Buffer.from('windrow checkpoint\n')
const FORMAT = 2
const HEADER = Buffer.concat([MAGIC, Buffer.from([FORMAT])])
const DIGEST_BYTES = 32
/** Hashed within 1 to 3 ms. */
const BATCH_BYTES = 1 << 20
/** Small files that are synced meanwhile do not wait for all of a large one. */
const UNSYNCED_BYTES_MAX = 4 << 20

const opened = promisify(open)
const written = promisify(writev)
/** With the length of the file, which is needed to read it. */
const synced = promisify(fdatasync)

/** Writes a new file of these pieces, down to the disk. Errors are Node's. */
export async function writeCheckpointFile(
  file: string,
  pieces: readonly Uint8Array[],
): Promise<void> {
  const descriptor = await opened(file, 'w')
  try {
    const hash = createHash('sha256')
    let unwritten: readonly Uint8Array[] = []
    let unsyncedBytes = 0
    for (const batch of batchesOf([HEADER, ...pieces], BATCH_BYTES)) {
      await writeAll(descriptor, unwritten)
      unsyncedBytes += sizeOf(unwritten)
      if (unsyncedBytes >= UNSYNCED_BYTES_MAX) {
        await synced(descriptor)
        unsyncedBytes = 0
      }
      for (const piece of batch) hash.update(piece)
      unwritten = batch
    }
    await writeAll(descriptor, [...unwritten, hash.digest()])
    await synced(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Goes on after a short write, as on a disk that is nearly full. */
async function writeAll(descriptor: number, pieces: readonly Uint8Array[]): Promise<void> {
  for (let rest = pieces; rest.length > 0; ) {
    const { bytesWritten } = await written(descriptor, rest)
    rest = after(rest, bytesWritten)
  }
}

/** The bytes, or what is wrong with the file as the end of a sentence: "its checksum does not fit". Errors are Node's. */
export async function readCheckpointFile(
  file: string,
): Promise<{ readonly bytes: Uint8Array } | { readonly damage: string }> {
  const content = await readFile(file)
  if (content.length < HEADER.length + DIGEST_BYTES) return { damage: 'its end is missing' }
  const format = content[MAGIC.length]
  if (!content.subarray(0, MAGIC.length).equals(MAGIC))
    return { damage: 'it does not begin as a checkpoint does' }
  const signed = content.subarray(0, -DIGEST_BYTES)
  const hash = createHash('sha256')
  for (const [piece] of batchesOf([signed], BATCH_BYTES)) {
    hash.update(piece)
    await setImmediate()
  }
  if (!hash.digest().equals(content.subarray(-DIGEST_BYTES)))
    return { damage: 'its checksum does not fit' }
  if (format !== FORMAT)
    return { damage: `it has format ${format}, and this version of windrow reads ${FORMAT}` }
  return { bytes: signed.subarray(HEADER.length) }
}
