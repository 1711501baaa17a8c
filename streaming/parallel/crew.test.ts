import { describe, expect, test } from 'vitest'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { batchOf, click, JOB_OPTIONS, NOW_MS, newJob } from '../testing/events.ts'
import { Crew } from './crew.ts'
import { Member } from './member.ts'
import type { Rows, ToWorker } from './messages.ts'
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
  const owner = crew.ownerOf(partition)
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
  test('owns as many as the others, and is fed after them', () => {
    const { crew } = listening(2, true)
    expect(crew.members.length).toBe(1)
    expect([3, 2, 1, 0].map((p) => crew.ownerOf(p) === crew.own)).toEqual([
      false,
      true,
      false,
      true,
    ])
    expect(crew.waitingOf([0, 1, 2, 3])).toEqual([1, 3, 0, 2])
    expect(crew.status().map(({ worker, partitions }) => [worker, partitions])).toEqual([
      [1, [1, 3]],
      [2, [0, 2]],
    ])
  })

  test('is fed while the others are busy, with what is its own', () => {
    const { crew } = listening(2, true)
    const member = memberOf(crew, 0)
    expect(crew.ownerOf(1)).toBe(crew.own)
    for (let n = 0; !member.isBusy; n++) {
      member.send(batchOf([click(n)], 0, n), SENDING)
      member.push()
    }
    expect(crew.waitingOf([0, 1])).toEqual([1])
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
