import { expect, test } from 'vitest'
import { RefusedError, UnavailableError } from '../../kit/errors.ts'
import { fakeClock } from '../../kit/fake-clock.ts'
import { silentLog } from '../../kit/log.ts'
import type { KeptRecord, Place, SetAsideArchive } from '../../stores/dead-letters/dead-letters.ts'
import type { LogRecord } from '../../stores/event-log/event-log.ts'
import { replayRecords } from './replay-records.ts'

const record = (offset: number, more: Partial<KeptRecord> = {}): KeptRecord => ({
  ...{ topic: 't', partition: offset % 3, offset, reason: 'json', field: '', detail: '' },
  ...{ setAsideMs: 0, isCut: false, value: Buffer.from(`${offset}`), ...more },
})
async function* each(records: readonly KeptRecord[]) {
  yield* records
}

/** Keeps what it is told; `onAppend` and `onMark` may fail. */
function setUp(onAppend: (records: readonly LogRecord[]) => void = () => {}, onMark = () => {}) {
  const appended: LogRecord[] = []
  const marked: Place[] = []
  const stop = new AbortController()
  const archive: Pick<SetAsideArchive, 'markReplayed'> = {
    markReplayed: async (places) => {
      onMark()
      marked.push(...places)
    },
  }
  const writer = {
    append: async (records: readonly LogRecord[]) => {
      onAppend(records)
      appended.push(...records)
    },
    close: async () => {},
  }
  const retry = { clock: fakeClock(), log: silentLog, signal: stop.signal }
  return { appended, marked, stop, context: { archive, writer, partitions: 3, retry } }
}
const many = Array.from({ length: 1_234 }, (_, offset) => record(offset))

test('every record is appended in order, to its own partition, and marked', async () => {
  const { appended, marked, context } = setUp()
  expect(await replayRecords(each(many), context)).toEqual({ count: 1_234, cut: 0, refused: [] })
  expect(appended).toEqual(many.map(({ partition, value }) => ({ partition, value })))
  expect(marked).toEqual(many)
})

test('a store that is away is waited for', async () => {
  let failures = 3
  const fail = () => {
    if (failures-- > 0) throw new UnavailableError('away')
  }
  const { appended, marked, context } = setUp(fail, fail)
  expect((await replayRecords(each(many), context)).count).toBe(1_234)
  expect([appended.length, marked.length]).toEqual([1_234, 1_234])
})

test('nothing is marked that was not appended', async () => {
  let batches = 0
  const { appended, marked, context } = setUp(() => {
    if (++batches === 2) throw new Error('killed')
  })
  await expect(replayRecords(each(many), context)).rejects.toThrow('killed')
  expect(marked.length).toBe(appended.length)
  expect(marked.length).toBeLessThan(1_234)
})

test('a record the log does not take is told; the others are replayed', async () => {
  const { marked, context } = setUp((records) => {
    if (records.some(({ value }) => (value?.length ?? 0) > 1e6)) throw new RefusedError('too large')
  })
  const large = record(2, { value: new Uint8Array(2e6) })
  const { count, refused } = await replayRecords(each([record(1), large, record(3)]), context)
  expect(count).toBe(2)
  expect(refused).toEqual([{ record: large, why: 'too large' }])
  expect(marked.map(({ offset }) => offset)).toEqual([1, 3])
})

test('a record of which only the beginning is kept is left out', async () => {
  const { marked, context } = setUp()
  const records = [record(1), record(2, { isCut: true })]
  expect(await replayRecords(each(records), context)).toEqual({ count: 1, cut: 1, refused: [] })
  expect(marked.map(({ offset }) => offset)).toEqual([1])
})

test('a record of a partition that is gone goes to one that is there', async () => {
  const { appended, context } = setUp()
  await replayRecords(each([record(1, { partition: 8 })]), context)
  expect(appended).toMatchObject([{ partition: 2 }])
})

test('Ctrl-C ends it between two batches', async () => {
  const { stop, marked, context } = setUp(() => stop.abort())
  expect((await replayRecords(each(many), context)).count).toBe(500)
  expect(marked).toHaveLength(500)
})
