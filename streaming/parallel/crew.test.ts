import { expect, test } from 'vitest'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { batchOf, click, JOB_OPTIONS, NOW_MS, newJob } from '../testing/events.ts'
import { Crew } from './crew.ts'
import type { ToWorker } from './messages.ts'
import type { StartWorker } from './port.ts'

const SENDING = { job: newJob(), ids: undefined, nowMs: NOW_MS, readAtMs: 0 }

/** A crew of workers that only listen; what each was posted, but for memory. */
function listening(count: number) {
  const posted: ToWorker[][] = []
  const start: StartWorker = ({ index }) => {
    posted[index] = []
    const post = (message: ToWorker) => {
      if (message.kind !== 'crate') posted[index].push(message)
    }
    return { post, close: async () => {} }
  }
  const crew = new Crew(count, start, { pipeline: smallShop, topic: 't', options: JOB_OPTIONS })
  const kindsOf = (index: number) => posted[index].map(({ kind }) => kind)
  return { crew, posted, kindsOf }
}

test('partitions go to the workers that own the fewest', () => {
  const { crew } = listening(3)
  expect([0, 1, 2, 3, 4].map((partition) => crew.ownerOf(partition).index)).toEqual([0, 1, 2, 0, 1])
  expect(crew.ownerOf(3).index).toBe(0)
})

test('small batches come together in one crate while the worker is at work', () => {
  const { crew, posted } = listening(1)
  const member = crew.ownerOf(0)
  for (let n = 0; n < 3; n++) member.send(batchOf([click(n)], 0, n), SENDING)
  member.flush()
  const counts = posted[0].map((message) =>
    message.kind === 'batches' ? message.batches.length : message.kind,
  )
  expect(counts).toEqual([1, 2, 'flush'])
})

test('rows are for batches that are read after them', () => {
  const { crew, kindsOf } = listening(2)
  const member = crew.ownerOf(0)
  for (let n = 0; n < 2; n++) member.send(batchOf([click(n)], 0, n), SENDING)
  crew.put([['u1', 'F', '18-24', 'DE']])
  expect(kindsOf(0)).toEqual(['batches', 'batches', 'rows'])
  expect(kindsOf(1)).toEqual(['rows'])
  crew.holdRows()
  crew.put([['u2', 'F', '18-24', 'DE']])
  member.send(batchOf([click(2)], 0, 2), SENDING)
  crew.releaseRows()
  expect(kindsOf(0).slice(3)).toEqual(['batches', 'rows'])
})
