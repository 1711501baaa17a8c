// The file of one checkpoint: magic, format version, bytes, and the SHA-256 of all that. Written and checked in pieces, so
// that the event loop is never held for more than a few milliseconds, however large the checkpoint is.
import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { chunksOf } from './pieces.ts'

const MAGIC = Buffer.from('windrow checkpoint\n')
const FORMAT = 2
const HEADER = Buffer.concat([MAGIC, Buffer.from([FORMAT])])
const DIGEST_BYTES = 32
/** Hashed within 1 to 3 ms. */
const CHUNK_BYTES = 1 << 20

/** Writes a new file of these pieces, down to the disk. Errors are Node's. */
export async function writeCheckpointFile(
  file: string,
  pieces: readonly Uint8Array[],
): Promise<void> {
  const handle = await open(file, 'w')
  try {
    const hash = createHash('sha256').update(HEADER)
    // `writeFile` goes on after a short write, as on a disk that is nearly full; `write` would not.
    await handle.writeFile(HEADER)
    for (const chunk of chunksOf(pieces, CHUNK_BYTES)) {
      hash.update(chunk)
      await handle.writeFile(chunk)
      // Small files that are synced meanwhile do not wait for all of a large one.
      if (chunk.length === CHUNK_BYTES) await handle.datasync()
    }
    await handle.writeFile(hash.digest())
    await handle.sync()
  } finally {
    await handle.close()
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
  for (const chunk of chunksOf([signed], CHUNK_BYTES)) {
    hash.update(chunk)
    await setImmediate()
  }
  if (!hash.digest().equals(content.subarray(-DIGEST_BYTES)))
    return { damage: 'its checksum does not fit' }
  if (format !== FORMAT)
    return { damage: `it has format ${format}, and this version of windrow reads ${FORMAT}` }
  return { bytes: signed.subarray(HEADER.length) }
}
