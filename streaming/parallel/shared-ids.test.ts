import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FINGERPRINT_WORDS } from '../decode/fingerprint.ts'
import { Fates } from '../window/fates.ts'
import { RecentIds } from '../window/recent-ids.ts'
import { SharedIds } from './shared-ids.ts'

const WORKERS = 3
const OWN = WORKERS

/** Fingerprints of numbers, so alike that they meet in the table. */
const wordsOf = (ids: readonly number[]): Int32Array =>
  Int32Array.from(ids.flatMap((id) => [id % 4, id, 7]))

interface Event {
  readonly id: number
  readonly deadlineMs: number
}

/** The ids that are marked as duplicates, in their order. */
function mark(ids: Pick<RecentIds, 'mark'>, events: readonly Event[]): number[] {
  const fates = new Fates()
  fates.reset(events.length)
  fates.counted.fill(1, 0, events.length)
  for (const [row, { deadlineMs }] of events.entries()) fates.deadlineMs[row] = deadlineMs
  const words = wordsOf(events.map(({ id }) => id))
  ids.mark(words, events.length, fates)
  return events.flatMap(({ id }, row) => (fates.duplicate[row] === 1 ? [id] : []))
}

/** The job's thread, and its workers. */
class Threads {
  readonly own = SharedIds.create({ workers: WORKERS, ownAdds: true }, 4)
  readonly workers = Array.from({ length: WORKERS }, (_, index) => SharedIds.ofWorker(index))

  constructor() {
    this.share()
  }

  share(): void {
    for (const worker of this.workers) worker.use(this.own.memory)
  }

  holdAll(): void {
    for (const [index, worker] of this.workers.entries()) this.own.hold(index, worker.count)
  }

  /** `index` OWN: the job's own thread. */
  mark(index: number, events: readonly Event[]): number[] {
    if (index === OWN) {
      if (!this.own.hasOwnRoom(events.length)) this.rebuild(events.length)
      return mark(this.own, events)
    }
    this.own.hold(index, this.workers[index].count)
    if (!this.own.hasRoom(index, events.length)) this.rebuild(events.length)
    return mark(this.workers[index], events)
  }

  rebuild(count: number): void {
    this.holdAll()
    this.own.rebuild(count)
    this.share()
  }

  expire(nowMs: number): void {
    for (const ids of [this.own, ...this.workers]) ids.expire(nowMs)
  }
}

const steps = fc.array(
  fc.record({
    worker: fc.nat(OWN),
    events: fc.array(fc.record({ id: fc.integer({ min: 1, max: 30 }), deadlineMs: fc.nat(20) }), {
      maxLength: 8,
    }),
    nowMs: fc.nat(20),
    restarts: fc.boolean(),
  }),
  { maxLength: 12 },
)

test('what workers share is what one remembers', () => {
  fc.assert(
    fc.property(steps, (plan) => {
      const recent = new RecentIds()
      let threads = new Threads()
      let nowMs = Number.NEGATIVE_INFINITY
      for (const { worker, events, nowMs: laterMs, restarts } of plan) {
        const open = events.filter(({ deadlineMs }) => deadlineMs > nowMs)
        expect(threads.mark(worker, open)).toEqual(mark(recent, open))
        if (restarts) {
          threads.holdAll()
          const saved = threads.own.snapshot()
          threads = new Threads()
          threads.own.restore(saved)
          threads.share()
        }
        nowMs = Math.max(nowMs, laterMs)
        recent.expire(nowMs)
        threads.expire(nowMs)
      }
    }),
    { numRuns: 300 },
  )
})

test('only ids of events that the job holds are saved, each once, in the order in which they came to it', () => {
  const { own, workers } = new Threads()
  const event = (id: number) => ({ id, deadlineMs: 10 })
  mark(workers[0], [event(1), event(2)])
  own.hold(0, 2)
  mark(workers[1], [event(3), event(1)])
  mark(workers[0], [event(4)])
  own.hold(1, 1)
  expect([...own.snapshot().entries]).toEqual([1, 2, 3].flatMap((id) => [...wordsOf([id]), 0]))
  expect(own.snapshot().added).toBe(3)
  own.hold(0, 3)
  expect([...own.snapshot().entries.slice(-FINGERPRINT_WORDS - 1, -1)]).toEqual([...wordsOf([4])])
})

test('what was added while room was made is told from what was there before', () => {
  const { own, workers } = new Threads()
  mark(
    workers[2],
    [1, 2, 3].map((id) => ({ id, deadlineMs: id })),
  )
  own.hold(2, 3)
  own.expire(1)
  own.rebuild()
  expect(own.snapshot()).toMatchObject({ added: 2, deadlinesMs: Float64Array.of(2, 3) })
})

test('a batch without room is refused, not written over others', () => {
  const { workers } = new Threads()
  const many = Array.from({ length: 5_000 }, (_, id) => ({ id: id + 1, deadlineMs: 1 }))
  expect(() => mark(workers[0], many)).toThrow('no room for the ids of a batch')
})
