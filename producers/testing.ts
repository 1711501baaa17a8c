// What the producers' tests share: a writer that keeps records, files that go away.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventLogWriter, LogRecord } from '../stores/event-log/event-log.ts'

export interface CollectingWriter extends EventLogWriter {
  readonly batches: (readonly LogRecord[])[]
  readonly records: () => LogRecord[]
  readonly events: () => Record<string, unknown>[]
}

/** Keeps what is appended; `before` may throw to refuse a batch. */
export function collectingWriter(before: () => void | Promise<void> = () => {}): CollectingWriter {
  const batches: (readonly LogRecord[])[] = []
  const records = () => batches.flat()
  return {
    batches,
    records,
    events: () => records().map(({ value }) => JSON.parse(Buffer.from(value!).toString())),
    append: async (some) => {
      await before()
      batches.push([...some])
    },
    close: async () => {},
  }
}

/** A folder of its own, with a function that puts files into it. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'windrow-producers-'))
  return {
    path,
    write: (name: string, content: string | Uint8Array): string => {
      const file = join(path, name)
      writeFileSync(file, content)
      return file
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** Everything an asynchronous iterable of groups yields. */
export async function collect<T>(groups: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = []
  for await (const some of groups) all.push(...some)
  return all
}

/** The bytes in chunks of the given sizes, over and over. */
export async function* inChunks(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1)
    yield bytes.subarray(at, at + size)
    at += size
  }
}
