import { describe, expect, test } from 'vitest'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { batchOf, click, JOB_OPTIONS, NOW_MS, newJob } from '../testing/events.ts'
import { Crew } from './crew.ts'
import { Member } from './member.ts'
import type { ProcessBatches, Rows, ToWorker } from './messages.ts'
import type { StartWorker } from './port.ts'

const SENDING = { job: newJob(), ids: undefined, nowMs: NOW_MS, readAtMs: 0 }

/** A crew of workers that only listen; what each was posted, but for memory. */
function listening(workers: number, ownWorks = false) {
  const posted: ToWorker[][] = []
  const start: StartWorker = ({ index }) => {
    posted[index] = []
    const post = (message: ToWorker) => {
      if (message.kind !== 'crate') posted[index].push(message)
    }
    return { post, close: async () => {} }
  }
  const size = { workers, ownWorks }
  const crew = new Crew(size, start, { pipeline: smallShop, topic: 't', options: JOB_OPTIONS })
  const kindsOf = (index: number) => posted[index].map(({ kind }) => kind)
  return { crew, posted, kindsOf }
}

function memberOf(crew: Crew, partition: number): Member {
  const owner = crew.shares.takerOf(partition)
  if (!(owner instanceof Member)) throw new Error('expected a thread of its own')
  return owner
}

test('partitions go to the workers that own the fewest', () => {
  const { crew } = listening(3)
  const owners = [0, 1, 2, 3, 4].map((partition) => memberOf(crew, partition).index)
  expect(owners).toEqual([0, 1, 2, 0, 1])
  expect(memberOf(crew, 3).index).toBe(0)
})

describe("the job's own thread as one of the workers", () => {
  /** With partitions 0 and 2 its own, and 1 and 3 those of a thread that is busy. */
  function withBusy() {
    const { crew, posted } = listening(2, true)
    const [other] = crew.members
    const fill = (partition: number) => {
      while (!other.isBusy) {
        other.send(batchOf([click(0)], partition, 0), SENDING)
        other.push()
      }
    }
    fill(1)
    const owners = [0, 1, 2, 3].map((partition) => crew.shares.takerOf(partition))
    expect(owners).toEqual([crew.own, other, crew.own, other])
    const finish = (count: number) => {
      for (let crate = 0; crate < count; crate++) other.done({ kind: 'done', crate, reached: [] })
    }
    return { crew, other, posted, fill, finish }
  }

  test('owns as many as the others, and is fed after them', () => {
    const { crew, finish } = withBusy()
    expect(crew.shares.waitingOf([0, 1, 2, 3])).toEqual([0, 2])
    finish(1)
    expect(crew.shares.waitingOf([0, 1, 2, 3])).toEqual([1, 3, 0, 2])
    expect(crew.status().map(({ worker, partitions }) => [worker, partitions])).toEqual([
      [1, [1, 3]],
      [2, [0, 2]],
    ])
  })

  test('lends what others have time for, until it is handed over, and keeps something to do', () => {
    const { crew, other, fill, finish } = withBusy()
    const { shares } = crew
    finish(3)
    expect(shares.waitingOf([0, 2])).toEqual([0, 2])
    expect(shares.takerOf(0)).toBe(other)
    // More of it while that one has time.
    expect(shares.waitingOf([2, 0])).toEqual([0, 2])
    expect(shares.takerOf(2)).toBe(crew.own)
    fill(0)
    expect(shares.waitingOf([0, 2])).toEqual([2])
    finish(4)
    expect(shares.waitingOf([0, 2])).toEqual([0, 2])
    other.flush()
    expect(shares.waitingOf([0, 2])).toEqual([2])
    shares.settled(0)
    expect(shares.waitingOf([0])).toEqual([0])
    expect(shares.takerOf(0)).toBe(crew.own)
  })

  test('asks for what it lent once the other has enough of its own, or it has nothing itself', () => {
    const { crew, other, posted, finish } = withBusy()
    const { shares } = crew
    const lend = () => {
      finish(4)
      shares.waitingOf([0, 2])
      expect(shares.takerOf(0)).toBe(other)
      other.send(batchOf([click(0)], 0, 0), SENDING)
      other.push()
    }
    const flushes = () => posted[0].filter(({ kind }) => kind === 'flush').length
    lend()
    const before = flushes()
    expect(shares.takerOf(1)).toBe(other)
    expect(flushes()).toBe(before)
    other.send(batchOf([click(0)], 1, 0), SENDING)
    other.push()
    expect(shares.takerOf(1)).toBe(other)
    expect(flushes()).toBe(before + 1)
    expect(shares.waitingOf([0])).toEqual([])
    shares.settled(0)
    lend()
    shares.askBack()
    shares.askBack()
    expect(flushes()).toBe(before + 2)
  })

  test('tells anew what is known of a partition that it lends again', () => {
    const { crew, other, posted, finish } = withBusy()
    const statesOf = () =>
      (posted[0].at(-1) as ProcessBatches).batches.map(({ state }) => state?.partition)
    for (const isNew of [true, false, true]) {
      finish(4)
      crew.shares.waitingOf([0, 2])
      expect(crew.shares.takerOf(0)).toBe(other)
      other.send(batchOf([click(0)], 0, 0), SENDING)
      other.push()
      expect(statesOf()).toEqual([isNew ? 0 : undefined])
      if (!isNew) crew.shares.settled(0)
    }
  })
})

test('small batches come together in one crate while the worker is at work', () => {
  const { crew, posted } = listening(1)
  const member = memberOf(crew, 0)
  for (let n = 0; n < 3; n++) member.send(batchOf([click(n)], 0, n), SENDING)
  member.flush()
  const counts = posted[0].map((message) =>
    message.kind === 'batches' ? message.batches.length : message.kind,
  )
  expect(counts).toEqual([1, 2, 'flush'])
})

test('rows are for batches that are read after them', () => {
  const { crew, kindsOf } = listening(2)
  const own: string[] = []
  const table = { put: (rows: Rows['rows']) => void own.push(...rows.map(([user]) => user)) }
  const member = memberOf(crew, 0)
  for (let n = 0; n < 2; n++) member.send(batchOf([click(n)], 0, n), SENDING)
  crew.put([['u1', 'F', '18-24', 'DE']], table)
  expect(kindsOf(0)).toEqual(['batches', 'batches', 'rows'])
  expect(kindsOf(1)).toEqual(['rows'])
  crew.holdRows()
  crew.put([['u2', 'F', '18-24', 'DE']], table)
  expect(own).toEqual(['u1'])
  member.send(batchOf([click(2)], 0, 2), SENDING)
  crew.releaseRows()
  expect(kindsOf(0).slice(3)).toEqual(['batches', 'rows'])
  expect(own).toEqual(['u1', 'u2'])
})
