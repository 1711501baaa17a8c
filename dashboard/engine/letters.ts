// A look at the dead letters: what they are kept in is opened when first asked for, and asked one thing at a time.
import { isUtf8 } from 'node:buffer'
import { hexDump } from '../../kit/hex-dump.ts'
import { visible } from '../../kit/text-table.ts'
import type { KeptRecord, SetAsideArchive } from '../../stores/dead-letters/dead-letters.ts'
import type { Letter, Letters } from './api.ts'

/** The newest that are shown; of each, so many bytes, and of one alone. */
const NEWEST = 20
const GLANCE_BYTES = 400
const WHOLE_BYTES = 65_536

export interface LetterReader {
  /** The newest, of one reason or of any. Rejects as the store does. */
  newest(reason: string | undefined): Promise<Letters>
  find(partition: number, offset: number): Promise<Letter | undefined>
  close(): Promise<void>
}

export function createLetterReader(
  topic: string,
  open: () => Promise<SetAsideArchive>,
): LetterReader {
  let opened: Promise<SetAsideArchive> | undefined
  let last: Promise<unknown> = Promise.resolve()
  const archive = () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  const inTurn = <T>(ask: (archive: SetAsideArchive) => Promise<T>): Promise<T> => {
    const asked = last.then(archive).then(ask)
    last = asked.catch(() => {})
    return asked
  }
  return {
    newest: (reason) =>
      inTurn(async (from) => {
        const counts = await from.counts(topic)
        const letters: Letter[] = []
        const selection = { topic, last: NEWEST, ...(reason === undefined ? {} : { reason }) }
        for await (const record of from.read(selection))
          letters.unshift(letterOf(record, GLANCE_BYTES))
        return { store: from.description, counts, letters }
      }),
    find: (partition, offset) =>
      inTurn(async (from) => {
        const record = await from.find({ topic, partition, offset })
        return record && letterOf(record, WHOLE_BYTES)
      }),
    close: async () => {
      await last
      await (await opened?.catch(() => undefined))?.close()
    },
  }
}

export function letterOf(record: KeptRecord, bytesMax: number): Letter {
  const { partition, offset, reason, field, detail, setAsideMs, replayedMs, value, isCut } = record
  const shown = value === null ? null : textOf(value, bytesMax)
  return {
    ...{ partition, offset, reason, field, detail, setAsideMs, isCut },
    replayedMs: replayedMs ?? null,
    text: shown?.text ?? null,
    isHex: shown?.isHex ?? false,
    sizeBytes: value?.length ?? 0,
    shownBytes: Math.min(value?.length ?? 0, bytesMax),
  }
}

/** A character that the cut goes through is shown as one that is unknown. */
function textOf(value: Uint8Array, bytesMax: number): { text: string; isHex: boolean } {
  const isHex = !isUtf8(value)
  const bytes = value.subarray(0, bytesMax)
  if (isHex) return { text: hexDump(bytes), isHex }
  const lines = Buffer.from(bytes).toString().split('\n')
  return { text: lines.map(visible).join('\n'), isHex }
}
