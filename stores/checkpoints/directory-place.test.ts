import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { LostLeaseError, RefusedError } from '../../kit/errors.ts'
import { openSqlite } from '../sqlite.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { directoryCheckpoints } from './directory-place.ts'
import { describeCheckpointStore } from './testing/conformance.ts'

const root = mkdtempSync(join(tmpdir(), 'windrow-checkpoints-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let count = 0
const newDirectory = () => join(root, String(count++), 'deep')
const checkpointOf = (directory: string, number: number) => join(directory, `${number}.checkpoint`)

function change(file: string, damage: (content: Buffer) => Uint8Array): void {
  writeFileSync(file, damage(readFileSync(file)))
}

describeCheckpointStore(
  'directory',
  async () => {
    const directory = newDirectory()
    return {
      open: (clock) => directoryCheckpoints(directory, clock),
      damage: async ({ number, isWhole }) =>
        change(join(directory, `${number}.${isWhole ? 'checkpoint' : 'change'}`), (content) =>
          content.fill(1, 20, 25),
        ),
    }
  },
  { largeBytes: 100 << 20 },
)

describe('a directory of checkpoints', () => {
  const stores: CheckpointStore[] = []
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close()
  })
  const storeOf = (directory: string) => {
    const store = directoryCheckpoints(directory)
    stores.push(store)
    return store
  }
  const acquire = (store: CheckpointStore) =>
    store.acquire({ owner: 'us', signal: new AbortController().signal, onWaiting: () => {} })
  /** A directory with the checkpoints 1 and 2 of an instance that released it. */
  const saved = async () => {
    const directory = newDirectory()
    const store = storeOf(directory)
    const lease = await acquire(store)
    await lease.save(1, Buffer.from('the state before'))
    await lease.save(2, Buffer.from('the state of the job'))
    await lease.release()
    return { directory, store }
  }
  const checkpointsIn = (directory: string) =>
    readdirSync(directory).filter((name) => !name.startsWith('lease.db'))

  it('is not made by looking for a checkpoint', async () => {
    const directory = newDirectory()
    expect(await storeOf(directory).load()).toBeUndefined()
    expect(existsSync(directory)).toBe(false)
  })

  it.each<[string, (content: Buffer) => Uint8Array, string]>([
    [
      'a changed byte at its end',
      (all) => all.with(all.length - 1, 0),
      'its checksum does not fit',
    ],
    ['a changed byte within', (all) => all.with(25, 0), 'its checksum does not fit'],
    ['another beginning', (all) => all.with(0, 0), 'it does not begin as a checkpoint does'],
    ['its end missing', (all) => all.subarray(0, -3), 'its checksum does not fit'],
    ['more at its end', (all) => Buffer.concat([all, all]), 'its checksum does not fit'],
    ['only its first bytes', (all) => all.subarray(0, 10), 'its end is missing'],
    ['nothing in it', () => Buffer.alloc(0), 'its end is missing'],
  ])('passes over a checkpoint with %s', async (_, damage, what) => {
    const { directory, store } = await saved()
    const file = checkpointOf(directory, 2)
    change(file, damage)
    const loaded = await store.load()
    expect(String(loaded?.parts[0])).toBe('the state before')
    expect(loaded?.damaged).toEqual([`The checkpoint ${file} is damaged: ${what}.`])
  })

  it('is as before after a crash in the middle of a save, and is cleaned by the next instance', async () => {
    const { directory, store } = await saved()
    writeFileSync(join(directory, '3.checkpoint.1.new'), 'half')
    expect((await store.load())?.number).toBe(2)
    const lease = await acquire(store)
    expect(lease.newestNumber).toBe(2)
    await lease.save(3, Buffer.from('the next'))
    expect(checkpointsIn(directory)).toEqual(['2.checkpoint', '3.checkpoint'])
  })

  it('leaves what it does not know alone', async () => {
    const { directory, store } = await saved()
    writeFileSync(join(directory, 'notes.txt'), 'mine')
    writeFileSync(join(directory, '1.checkpoint.bak'), 'mine')
    await (await acquire(store)).save(3, Buffer.from('the next'))
    expect(checkpointsIn(directory)).toEqual([
      '1.checkpoint.bak',
      '2.checkpoint',
      '3.checkpoint',
      'notes.txt',
    ])
  })

  it('can be saved to after its lease was locked by another for a moment', async () => {
    const { directory, store } = await saved()
    const lease = await acquire(store)
    const other = openSqlite(join(directory, 'lease.db'))
    other.exec('BEGIN IMMEDIATE')
    const confirming = lease.confirm()
    setTimeout(() => other.exec('COMMIT'), 50)
    await confirming
    await lease.save(3, Buffer.from('the next'))
    expect(String((await store.load())?.parts[0])).toBe('the next')
    other.close()
  })

  it('lets the rest of the program work while it saves and loads', async () => {
    const store = storeOf(newDirectory())
    const lease = await acquire(store)
    const turnsDuring = async (action: Promise<unknown>): Promise<number> => {
      let isOver = false
      let turns = 0
      const over = action.finally(() => {
        isOver = true
      })
      for (; !isOver; turns++) await setImmediate()
      await over
      return turns
    }
    // A turn at least after each megabyte.
    expect(await turnsDuring(lease.save(1, Buffer.alloc(20 << 20)))).toBeGreaterThan(20)
    expect(await turnsDuring(store.load())).toBeGreaterThan(20)
  })

  it('that was deleted while a job runs is lost to it, whoever made it anew', async () => {
    const { directory, store } = await saved()
    const lease = await acquire(store)
    rmSync(directory, { recursive: true })
    const other = storeOf(directory)
    const successor = await acquire(other)
    await expect(lease.save(3, Buffer.from('old'))).rejects.toThrow(LostLeaseError)
    await expect(lease.confirm()).rejects.toThrow(LostLeaseError)
    await successor.save(1, Buffer.from('new'))
    expect(String((await store.load())?.parts[0])).toBe('new')
    await successor.release()
    await acquire(store)
  })

  it('that cannot be used is refused, with what to do', async () => {
    const { directory, store } = await saved()
    await store.close()
    renameSync(directory, `${directory}.away`)
    writeFileSync(directory, 'a file')
    const acquiring = acquire(storeOf(directory))
    await expect(acquiring).rejects.toThrow(RefusedError)
    await expect(acquiring).rejects.toThrow(/cannot be used: .*\n.*set WINDROW_DATA/)
  })

  it('with a damaged lease says what to delete', async () => {
    const { directory, store } = await saved()
    await store.close()
    for (const rest of ['-wal', '-shm']) rmSync(join(directory, `lease.db${rest}`), { force: true })
    writeFileSync(join(directory, 'lease.db'), 'x'.repeat(5000))
    const acquiring = acquire(storeOf(directory))
    await expect(acquiring).rejects.toThrow(RefusedError)
    await expect(acquiring).rejects.toThrow(/delete lease\.db/)
  })
})
