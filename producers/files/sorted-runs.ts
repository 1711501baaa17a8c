// Sorts records by event time in bounded memory: sorted runs in temporary files, merged. Equal times keep their order.
import {
  closeSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { FileRecord } from './record.ts'

/** Bytes of values that are sorted in memory; more becomes a run on disk. */
const RUN_BYTES = 32 << 20
const MERGED_AT_ONCE = 4096
const READ_BYTES = 1 << 20
/** Time (float64), bytes of the key, bytes of the value (uint32 each). */
const HEADER_BYTES = 16

/**
 * The records ordered by `timeMs`, in groups; one without time goes with the record before it. Runs rest in a temporary
 * folder in `directory`, which is gone afterwards.
 */
export async function* sortedByTime(
  records: AsyncIterable<readonly FileRecord[]>,
  directory: string,
  runBytes = RUN_BYTES,
): AsyncGenerator<readonly FileRecord[]> {
  let run: FileRecord[] = []
  let bytes = 0
  let lastMs = -Infinity
  const files: string[] = []
  let folder: string | undefined
  try {
    for await (const some of records) {
      for (const record of some) {
        lastMs = Number.isNaN(record.timeMs) ? lastMs : record.timeMs
        run.push(record.timeMs === lastMs ? record : { ...record, timeMs: lastMs })
        bytes += record.value.length
      }
      if (bytes < runBytes) continue
      if (folder === undefined) {
        mkdirSync(directory, { recursive: true })
        folder = mkdtempSync(join(directory, 'sort-'))
      }
      files.push(writeRun(join(folder, `${files.length}.run`), sortRun(run)))
      run = []
      bytes = 0
    }
    const last = inGroups(sortRun(run))
    if (files.length === 0) yield* last
    else yield* merge([...files.map(readRun), last])
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
}

const sortRun = (run: FileRecord[]): FileRecord[] => run.sort((a, b) => a.timeMs - b.timeMs)

async function* inGroups(records: readonly FileRecord[]): AsyncGenerator<readonly FileRecord[]> {
  for (let i = 0; i < records.length; i += MERGED_AT_ONCE)
    yield records.slice(i, i + MERGED_AT_ONCE)
}

function writeRun(file: string, records: readonly FileRecord[]): string {
  const descriptor = openSync(file, 'w')
  try {
    for (let i = 0; i < records.length; i += MERGED_AT_ONCE) {
      const pieces: Uint8Array[] = []
      for (const { timeMs, key, value } of records.slice(i, i + MERGED_AT_ONCE)) {
        const keyBytes = Buffer.from(key)
        const header = Buffer.alloc(HEADER_BYTES)
        header.writeDoubleLE(timeMs, 0)
        header.writeUInt32LE(keyBytes.length, 8)
        header.writeUInt32LE(value.length, 12)
        pieces.push(header, keyBytes, value)
      }
      writeSync(descriptor, Buffer.concat(pieces))
    }
  } finally {
    closeSync(descriptor)
  }
  return file
}

async function* readRun(file: string): AsyncGenerator<readonly FileRecord[]> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(file, { highWaterMark: READ_BYTES })) {
    const bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer])
    const records: FileRecord[] = []
    let at = 0
    while (at + HEADER_BYTES <= bytes.length) {
      const keyAt = at + HEADER_BYTES
      const valueAt = keyAt + bytes.readUInt32LE(at + 8)
      const end = valueAt + bytes.readUInt32LE(at + 12)
      if (end > bytes.length) break
      records.push({
        timeMs: bytes.readDoubleLE(at),
        key: bytes.toString('utf8', keyAt, valueAt),
        value: bytes.subarray(valueAt, end),
      })
      at = end
    }
    rest = bytes.subarray(at)
    if (records.length > 0) yield records
  }
}

/** Merges sorted runs; of equal times the one of the earlier run goes first. */
async function* merge(
  runs: readonly AsyncGenerator<readonly FileRecord[]>[],
): AsyncGenerator<readonly FileRecord[]> {
  const heads = await Promise.all(runs.map(nextGroup))
  let merged: FileRecord[] = []
  try {
    while (true) {
      let first: Head | undefined
      for (const head of heads) {
        if (head.group === undefined) continue
        if (first === undefined || head.group[head.at].timeMs < first.group![first.at].timeMs)
          first = head
      }
      if (first === undefined) break
      merged.push(first.group![first.at++])
      if (first.at === first.group!.length) Object.assign(first, await nextGroup(first.run))
      if (merged.length < MERGED_AT_ONCE) continue
      yield merged
      merged = []
    }
    if (merged.length > 0) yield merged
  } finally {
    await Promise.all(runs.map((run) => run.return(undefined)))
  }
}

interface Head {
  readonly run: AsyncGenerator<readonly FileRecord[]>
  group: readonly FileRecord[] | undefined
  at: number
}

async function nextGroup(run: AsyncGenerator<readonly FileRecord[]>): Promise<Head> {
  const { value, done } = await run.next()
  return { run, group: done === true ? undefined : value, at: 0 }
}
