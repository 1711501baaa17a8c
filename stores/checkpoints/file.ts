// Checkpoints as one file, replaced by rename: a crash at any moment leaves the old file or the new one.
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { RefusedError } from '../../kit/errors.ts'
import type { CheckpointStore } from './checkpoints.ts'

const MAGIC = Buffer.from('windrow checkpoint\n')
const DIGEST_BYTES = 32

export function fileCheckpoints(file: string): CheckpointStore {
  return {
    description: file,
    load: async () => {
      const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      if (content === undefined) return undefined
      const bytes = content.subarray(MAGIC.length + DIGEST_BYTES)
      const expected = Buffer.concat([MAGIC, digest(bytes)])
      if (expected.equals(content.subarray(0, MAGIC.length + DIGEST_BYTES))) return bytes
      throw new RefusedError(
        `The checkpoint ${file} is damaged: its checksum does not fit.\n` +
          '  Start a new job from the beginning of the log: npm run stream -- --from earliest',
      )
    },
    save: async (bytes) => {
      await mkdir(dirname(file), { recursive: true })
      const temporary = `${file}.new`
      await writeDurably(temporary, [MAGIC, digest(bytes), bytes])
      await rename(temporary, file)
      await syncDirectory(dirname(file))
    },
  }
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

async function writeDurably(file: string, parts: readonly Uint8Array[]): Promise<void> {
  const handle = await open(file, 'w')
  try {
    // Goes on after a short write, as on a disk that is nearly full; `writev` would not.
    for (const part of parts) await handle.writeFile(part)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The new name is durable too. Where directories cannot be opened (Windows), the file system sees to it. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined)
  try {
    await handle?.sync()
  } finally {
    await handle?.close()
  }
}
