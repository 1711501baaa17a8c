import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FINGERPRINT_WORDS } from '../decode/fingerprint.ts'
import { RecentIds, type RecentIdsState } from './recent-ids.ts'

/** Ids that meet often and begin at few places of the table. */
const words = (id: number) => Int32Array.of(id % 7, id, 1)

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ id: fc.nat(60), deadlineMs: fc.integer({ min: 1, max: 90 }) }),
    },
    { weight: 1, arbitrary: fc.record({ expireMs: fc.integer({ min: 0, max: 90 }) }) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
  ),
  { maxLength: 200 },
)

test('remembers each id until its deadline, as a Map does, also over restarts', () => {
  fc.assert(
    fc.property(steps, (all) => {
      let ids = new RecentIds()
      const model = new Map<number, number>()
      let nowMs = 0
      for (const step of all) {
        if (step === 'restart') {
          const state = structuredClone(ids.snapshot())
          ids = new RecentIds()
          ids.restore(state)
          ids.expire(nowMs)
        } else if ('expireMs' in step) {
          nowMs = Math.max(nowMs, step.expireMs)
          ids.expire(step.expireMs)
          for (const [id, deadlineMs] of model) if (deadlineMs <= nowMs) model.delete(id)
        } else if (step.deadlineMs > nowMs) {
          expect(ids.add(words(step.id), 0, step.deadlineMs)).toBe(!model.has(step.id))
          if (!model.has(step.id)) model.set(step.id, step.deadlineMs)
        }
        expect(ids.size).toBe(model.size)
      }
      const { deadlinesMs } = ids.snapshot()
      expect(deadlinesMs.some((ms) => ms <= nowMs)).toBe(false)
    }),
    { numRuns: 300 },
  )
})

test('what came since a moment is the last of it, so that a checkpoint can save just that', () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 8 }), (rounds) => {
      const ids = new RecentIds(0)
      const saved = new RecentIds()
      let [before, nowMs] = [0, 0]
      for (const round of rounds) {
        for (const step of round) {
          if (step === 'restart') ids.restore(structuredClone(ids.snapshot()))
          else if ('expireMs' in step) nowMs = Math.max(nowMs, step.expireMs)
          else if (step.deadlineMs > nowMs) ids.add(words(step.id), 0, step.deadlineMs)
          ids.expire(nowMs)
        }
        const { entries, deadlinesMs, added } = ids.snapshot()
        const sizeWords = Math.min(entries.length, (added - before) * (FINGERPRINT_WORDS + 1))
        saved.restore({ entries: entries.slice(entries.length - sizeWords), deadlinesMs })
        saved.expire(nowMs)
        before = added
        expect(remembered(saved)).toEqual(remembered(ids))
      }
    }),
    { numRuns: 100 },
  )
})

/** Each id that is remembered, with its deadline. */
function remembered(ids: RecentIds): string[] {
  const { entries, deadlinesMs } = ids.snapshot()
  const all: string[] = []
  for (let at = 0; at < entries.length; at += FINGERPRINT_WORDS + 1) {
    const deadlineMs = deadlinesMs[entries[at + FINGERPRINT_WORDS]]
    if (!Number.isNaN(deadlineMs)) all.push(`${entries[at + 1]} until ${deadlineMs}`)
  }
  return all.sort()
}

test('memory is that of the ids that are remembered, however many there were', () => {
  const ids = new RecentIds()
  const one = new Int32Array(FINGERPRINT_WORDS)
  for (let second = 1; second <= 200; second++) {
    for (let i = 0; i < 1_000; i++) {
      one.set([Math.imul(second * 1_000 + i, 0x9e3779b1), second, i])
      ids.add(one, 0, second + 3)
    }
    ids.expire(second)
  }
  expect(ids.size).toBe(3_000)
  expect(ids.capacity).toBeLessThanOrEqual(16_384)
})

test('an id that two have remembered is remembered until the later of their deadlines', () => {
  for (const [first, second] of [
    [10, 30],
    [30, 10],
  ]) {
    let ids = new RecentIds()
    ids.add(words(1), 0, first)
    const other = new RecentIds()
    other.add(words(1), 0, second)
    ids.restore(other.snapshot())
    expect(ids.size).toBe(1)
    const state = ids.snapshot()
    ids = new RecentIds()
    ids.restore(state)
    ids.expire(20)
    expect([ids.size, ids.add(words(1), 0, 40)]).toEqual([1, false])
    ids.expire(30)
    expect([ids.size, ids.add(words(1), 0, 40)]).toEqual([0, true])
  }
})

test('ids that were prolonged are kept when all are moved', () => {
  const one = (id: number) => Int32Array.of(Math.imul(id, 0x9e3779b1), id, 1)
  const all = Array.from({ length: 1_200 }, (_, id) => one(id))
  const rememberedUntil = (deadlineMs: number) => {
    const ids = new RecentIds()
    for (const id of all) ids.add(id, 0, deadlineMs)
    return ids.snapshot()
  }
  const ids = new RecentIds()
  ids.restore(rememberedUntil(10))
  ids.restore(rememberedUntil(20))
  expect(ids.size).toBe(1_200)
  ids.add(one(2_000), 0, 5)
  ids.expire(5)
  ids.expire(10)
  expect(ids.size).toBe(1_200)
  expect(all.some((id) => ids.add(id, 0, 20))).toBe(false)
})

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array) =>
  Buffer.from(buffer, byteOffset, byteLength)

test.each([
  ['copied', undefined],
  ['shown', 0],
])('a snapshot that is %s stays as it is, whatever comes after it', (_how, copiedMax) => {
  const ids = new RecentIds(copiedMax)
  const one = new Int32Array(FINGERPRINT_WORDS)
  const taken: { state: RecentIdsState; copy: RecentIdsState }[] = []
  for (let second = 1; second <= 100; second++) {
    for (let i = 0; i < 500; i++) {
      one.set([Math.imul(second * 1_000 + i, 0x9e3779b1), second, i])
      ids.add(one, 0, second + (i % 20))
    }
    ids.expire(second)
    if (second % 7 === 0) ids.restore(structuredClone(ids.snapshot()))
    if (second % 3 > 0) continue
    const state = ids.snapshot()
    taken.push({ state, copy: structuredClone(state) })
  }
  for (const { state, copy } of taken)
    expect(Buffer.compare(bytesOf(state.entries), bytesOf(copy.entries))).toBe(0)
})

test('ids of one generation after the other are remembered meanwhile, and forgotten in their time', () => {
  const one = (id: number) =>
    Int32Array.of(Math.imul(id, 0x9e3779b1), Math.imul(id, 0x85ebca6b), id)
  const ids = new RecentIds()
  const deadlineOf = (id: number) => [10, 20, 30][id % 3]
  for (let id = 0; id < 300_000; id++) ids.add(one(id), 0, deadlineOf(id))
  ids.expire(10)
  ids.expire(20)
  for (let id = 299_999; id > 299_900; id--)
    expect(ids.add(one(id), 0, 40)).toBe(deadlineOf(id) <= 20)
  for (let id = 0; id < 300_000; id++)
    if (ids.add(one(id), 0, 40) !== (id % 3 < 2 && id <= 299_900)) expect(id).toBe(-1)
  expect(ids.size).toBe(300_000)
})
