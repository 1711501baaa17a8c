import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BASE_MS, click, NOW_MS, PEOPLE, purchase, stored, type Value } from '../testing/events.ts'
import { type PlainEvent, pointsOf } from '../testing/oracle.ts'
import { type RunOptions, type Watch, World } from '../testing/run-turns.ts'

/** Over a minute, with a broken record and a late event in each. */
function busyPartitions(count: number): Value[][] {
  return Array.from({ length: count }, (_, partition) => {
    const user = (i: number) => ({ user_id: `u${(i % 4) + 1}`, event_id: `${partition}/${i}` })
    const events: Value[] = Array.from({ length: 12 }, (_, i) =>
      i % 3 === 0 ? purchase(i * 5_000, user(i)) : click(i * 5_000, user(i)),
    )
    events.splice(4, 0, 'no event')
    events.splice(10, 0, click(1_000, { event_id: `late/${partition}` }))
    return events
  })
}

interface Identified extends PlainEvent {
  readonly event_id: string
}

const isCounted = (value: Value): value is Identified =>
  typeof value === 'object' && !(value as Identified).event_id.startsWith('late')

function expectWhole(world: World): void {
  const counted = world.partitions.flat().filter(isCounted)
  expect(world.points).toEqual(stored(pointsOf(counted, PEOPLE)))
  const placed = (offset: number) => world.partitions.map((_, p) => `t/${p}/${offset}`)
  expect([...world.deadLetters.records.keys()].sort()).toEqual(placed(4))
  expect([...world.lateEvents.records.keys()].sort()).toEqual(placed(10))
  expect(world.deadLetters.records.get('t/0/4')?.value).toEqual(
    new TextEncoder().encode('no event'),
  )
  expect([...world.committed.values()]).toEqual(world.partitions.map(({ length }) => length))
}

const seeds = fc.integer()
const ways: { title: string; options: RunOptions }[] = [
  { title: 'once', options: {} },
  { title: 'until stopped', options: { quietMs: 40_000, quietStepMs: 5_000 } },
]

describe.each(ways)('a job with workers that runs $title', ({ options }) => {
  test('counts every event, sets every other record aside, and commits all', async () => {
    const property = async (count: number, seed: number, idRoom: number, batchRecords: number) => {
      const world = new World(busyPartitions(3), batchRecords)
      const job = await world.run({ ...options, workers: { count, seed, idRoom } })
      expectWhole(world)
      const each = { read: 14, counted: 12, filtered: 0, late: 1, rejected: 1, duplicates: 0 }
      for (const partition of [0, 1, 2]) expect(job.ledger.of(partition)).toEqual(each)
      expect(job.table.unmatched).toBe(9)
    }
    const counts = fc.integer({ min: 1, max: 4 })
    const rooms = fc.integer({ min: 1, max: 50 })
    const batches = fc.integer({ min: 1, max: 9 })
    await fc.assert(fc.asyncProperty(counts, seeds, rooms, batches, property), { numRuns: 15 })
  })

  test('killed again and again and started with other numbers of workers, ends with the same points', async () => {
    const property = async (kills: readonly number[], counts: readonly number[], seed: number) => {
      const world = new World(busyPartitions(2))
      let runs = 0
      const next = (): RunOptions => {
        const count = counts[runs++ % counts.length]
        return count === 0 ? options : { ...options, workers: { count, seed: seed + runs } }
      }
      for (const at of kills) await world.run(next(), killAt(at)).catch(expectKilled)
      const job = await world.run(next())
      expectWhole(world)
      expect(job.ledger.total().read).toBe(28)
      expect(job.ledger.unbalanced()).toEqual([])
    }
    const kills = fc.array(fc.nat(60), { maxLength: 6 })
    const counts = fc.array(fc.nat(3), { minLength: 1, maxLength: 3 })
    await fc.assert(fc.asyncProperty(kills, counts, seeds, property), { numRuns: 30 })
  })
})

function killAt(at: number): Watch {
  let step = 0
  return () => {
    if (step++ === at) throw new Error('killed')
  }
}

const expectKilled = (error: Error) => expect(error.message).toBe('killed')

/** Events of few users and few ids, so that ids come again, in the same partition and in others. */
const copied = fc.record({
  partition: fc.nat(3),
  id: fc.nat(12),
  copies: fc.array(fc.nat(3), { maxLength: 3 }),
})

test('an event that comes to several workers counts once', async () => {
  const property = async (
    plan: readonly (typeof copied extends fc.Arbitrary<infer T> ? T : never)[],
    count: number,
    seed: number,
    kills: readonly number[],
  ) => {
    const partitions: Value[][] = [[], [], [], []]
    const events = new Map<string, PlainEvent>()
    for (const { partition, id, copies } of plan) {
      const event = purchase(id * 300, { event_id: `e${id}`, user_id: `u${id % 4}` }) as Identified
      events.set(event.event_id, event)
      for (const to of [partition, ...copies]) partitions[to].push(event)
    }
    const world = new World(partitions, 2)
    const workers = { count, seed, idRoom: 5 }
    for (const at of kills) await world.run({ workers }, killAt(at)).catch(expectKilled)
    const job = await world.run({ workers })
    expect(world.points).toEqual(stored(pointsOf([...events.values()], PEOPLE)))
    const { counted, duplicates, read } = job.ledger.total()
    expect([counted, counted + duplicates]).toEqual([events.size, read])
  }
  const plans = fc.array(copied, { maxLength: 20 })
  const counts = fc.integer({ min: 1, max: 4 })
  const kills = fc.array(fc.nat(40), { maxLength: 2 })
  await fc.assert(fc.asyncProperty(plans, counts, seeds, kills, property), { numRuns: 40 })
})

describe('an idle partition', () => {
  test.each([1, 2, 3])('is passed, and what it sends then is late (seed %i)', async (seed) => {
    const workers = { count: 2, seed }
    const history = [0, 1].map(() => Array.from({ length: 40 }, (_, i) => click(i * 5_000)))
    const world = new World([[click(0)], [click(0)]], 7)
    let hasCome = false
    const options = { quietMs: 40_000, quietStepMs: 1_000, workers }
    const job = await world.run(options, (effect, when) => {
      const isTime = world.clock.nowMs() >= NOW_MS + 35_700
      if (hasCome || !isTime || effect !== 'read' || when !== 'before') return
      hasCome = true
      for (const [partition, events] of history.entries())
        world.partitions[partition].push(...events)
    })
    // The first two of each partition: their window was shown while all was quiet.
    expect(job.ledger.total()).toMatchObject({ read: 82, counted: 78, late: 4 })
    // A replay keeps that.
    const ticks = job.ticks.snapshot().map(({ partition, offset }) => `${partition}/${offset}`)
    expect(ticks.sort()).toEqual(['0/1', '1/1'])
  })

  test('does not hold windows open while what it sends is no event', async () => {
    const world = new World([[click(0), click(15_000)], ['broken']], 100)
    let pointsWhileBroken = 0
    let nextMs = NOW_MS
    const workers = { count: 2, seed: 7 }
    await world.run({ quietMs: 6_000, workers }, (effect, when) => {
      if (effect !== 'read' || when !== 'before') return
      if (world.clock.nowMs() < nextMs || world.partitions[1].length > 20) return
      // Every five seconds: never idle for as long as it takes, and never an event.
      world.partitions[1].push('broken')
      nextMs += 5_000
      pointsWhileBroken = world.points.length
    })
    expect(world.deadLetters.records.size).toBe(21)
    expect(pointsWhileBroken).toBeGreaterThan(0)
  })
})

test('a window of a quiet stream is shown when nothing came for idle_after', async () => {
  const workers = { count: 2, seed: 3 }
  const world = new World([[click(0), click(3_000)], []])
  await world.run({ quietMs: 29_000, workers })
  expect(world.points).toEqual([])
  await world.run({ quietMs: 31_000, workers })
  expect(world.points).toEqual(stored(pointsOf([click(0), click(3_000)] as PlainEvent[], PEOPLE)))
  expect(world.written.every(({ timeMs }) => timeMs === BASE_MS)).toBe(true)
})

test('a worker that fails ends the job with its error', async () => {
  const world = new World(busyPartitions(2))
  const workers = {
    count: 2,
    seed: 1,
    onMessage: ({ kind }: { readonly kind: string }) => {
      if (kind === 'flush') throw new Error('out of memory')
    },
  }
  const error = await world.run({ workers }).then(
    () => undefined,
    (reason: Error) => reason,
  )
  expect(error?.message).toMatch(/^worker [12] of 2 failed: out of memory$/)
  await world.run({})
  expectWhole(world)
})
