// Checkpoints in a directory, a file for each and one for each change of them, beside the lease in a SQLite file: the
// embedded store. A file gets its name while the lease is locked and checked, so that a crash at any moment leaves the old
// ones, and only the holder adds one.
import { closeSync, fsync, openSync, renameSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Clock } from '../../kit/clock.ts'
import { readCheckpointFile, writeCheckpointFile } from './checkpoint-file.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { directoryError } from './directory-errors.ts'
import { LeaseFile } from './lease-file.ts'
import { leasedStore } from './leased-store.ts'
import { type CheckpointPlace, type Found, isBefore, type LeaseRow, type Saved } from './place.ts'

/**
 * `<directory>/<number>.checkpoint`, `<number>.change` and `lease.db`. All instances see the directory through one machine's
 * kernel: SQLite's locks do not hold on a network file system.
 */
export function directoryCheckpoints(directory: string, clock?: Clock): CheckpointStore {
  return leasedStore(new DirectoryPlace(directory), clock)
}

const synced = promisify(fsync)

class DirectoryPlace implements CheckpointPlace {
  readonly description: string
  #lease: LeaseFile | undefined

  constructor(directory: string) {
    this.description = directory
  }

  readLease(): Promise<LeaseRow> {
    // A directory that was deleted begins anew.
    if (this.#lease?.isInPlace() === false) this.#closeLease()
    return this.#withLease((lease) => lease.read())
  }

  take(seen: LeaseRow, owner: string, process: string): Promise<boolean> {
    return this.#withLease((lease) => lease.take(seen, owner, process))
  }

  beat(epoch: number): Promise<boolean> {
    return this.#withLease((lease) => lease.beat(epoch))
  }

  release(epoch: number): Promise<void> {
    return this.#withLease((lease) => lease.release(epoch))
  }

  list(): Promise<readonly Saved[]> {
    return this.#told(async () => (await this.#names()).flatMap((name) => savedAs(name) ?? []))
  }

  read(saved: Saved): Promise<Found> {
    return this.#told(async () => {
      const file = this.#fileOf(saved)
      try {
        const found = await readCheckpointFile(file)
        if ('bytes' in found) return found
        return { damage: `The checkpoint ${file} is damaged: ${found.damage}.` }
      } catch (error) {
        if (isMissing(error)) return 'gone'
        throw error
      }
    })
  }

  save(epoch: number, saved: Saved, pieces: readonly Uint8Array[]): Promise<boolean> {
    return this.#withLease(async (lease) => {
      const file = this.#fileOf(saved)
      const unnamed = `${file}.${epoch}.new`
      try {
        await writeCheckpointFile(unnamed, pieces)
        const isHeld = await lease.whileHeld(epoch, () => renameSync(unnamed, file))
        if (isHeld) await syncDirectory(this.description)
        else await rm(unnamed, { force: true })
        return isHeld
      } catch (error) {
        // On a full disk it would be in the way of the next try.
        await rm(unnamed, { force: true }).catch(() => {})
        throw error
      }
    })
  }

  tryWrite(): Promise<void> {
    return this.#withLease(async () => {
      const file = join(this.description, `${process.pid}.tried`)
      try {
        await writeCheckpointFile(file, [new Uint8Array(1)])
      } finally {
        await rm(file, { force: true }).catch(() => {})
      }
    })
  }

  prune(epoch: number, first: number): Promise<void> {
    return this.#told(async () => {
      for (const name of await this.#names()) {
        const saved = savedAs(name)
        const isOld = saved !== undefined && isBefore(saved, first)
        const isLeftOver = (epochOfUnnamed(name) ?? Number.POSITIVE_INFINITY) < epoch
        if (isOld || isLeftOver) await rm(join(this.description, name), { force: true })
      }
    })
  }

  async close(): Promise<void> {
    this.#closeLease()
  }

  #closeLease(): void {
    this.#lease?.close()
    this.#lease = undefined
  }

  #fileOf({ number, isWhole }: Saved): string {
    return join(this.description, `${number}.${isWhole ? 'checkpoint' : 'change'}`)
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await readdir(this.description)
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
  }

  #withLease<T>(action: (lease: LeaseFile) => Promise<T>): Promise<T> {
    return this.#told(async () => {
      if (this.#lease === undefined) {
        await mkdir(this.description, { recursive: true })
        this.#lease ??= new LeaseFile(join(this.description, 'lease.db'))
      }
      return await action(this.#lease)
    })
  }

  async #told<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action()
    } catch (error) {
      throw directoryError(this.description, error)
    }
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** Of the name of a visible one. */
function savedAs(name: string): Saved | undefined {
  const [, digits, kind] = /^(\d{1,15})\.(checkpoint|change)$/.exec(name) ?? []
  return digits === undefined
    ? undefined
    : { number: Number(digits), isWhole: kind === 'checkpoint' }
}

/** Of a file that never got its name. */
function epochOfUnnamed(name: string): number | undefined {
  const [, digits] = /^\d+\.(?:checkpoint|change)\.(\d+)\.new$/.exec(name) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** The new name is durable too. Where directories cannot be opened (Windows), the file system sees to it. */
async function syncDirectory(path: string): Promise<void> {
  const descriptor = openedDirectory(path)
  if (descriptor === undefined) return
  try {
    await synced(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function openedDirectory(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch {
    return undefined
  }
}
