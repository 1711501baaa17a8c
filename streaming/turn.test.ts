import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RefusedError, UnavailableError } from '../kit/errors.ts'
import { memoryCheckpoints } from '../stores/checkpoints/memory-place.ts'
import { readSnapshot } from './checkpoint/encode.ts'
import { BASE_MS, click, NOW_MS, PEOPLE, purchase, stored, type Value } from './testing/events.ts'
import { type PlainEvent, pointsOf } from './testing/oracle.ts'
import { type Effect, type RunOptions, type Watch, World } from './testing/run-turns.ts'

/** Two partitions over a minute, with a broken record and a late event in each. */
function busyPartitions(): Value[][] {
  return [0, 1].map((partition) => {
    const user = (i: number) => ({ user_id: `u${(i % 3) + 1}`, event_id: `${partition}/${i}` })
    const events: Value[] = Array.from({ length: 12 }, (_, i) =>
      i % 3 === 0 ? purchase(i * 5_000, user(i)) : click(i * 5_000, user(i)),
    )
    events.splice(4, 0, 'no event')
    events.splice(10, 0, click(1_000, { event_id: `late/${partition}` }))
    return events
  })
}

const countedIn = (partitions: readonly Value[][]) =>
  partitions
    .flat()
    .filter((value): value is object => typeof value === 'object')
    .filter((value) => !(value as { event_id: string }).event_id.startsWith('late')) as PlainEvent[]

/** What the world must hold once a job has read everything and closed every window. */
function expectWhole(world: World): void {
  expect(world.points).toEqual(stored(pointsOf(countedIn(world.partitions), PEOPLE)))
  expect([...world.deadLetters.records.keys()].sort()).toEqual(['t/0/4', 't/1/4'])
  expect([...world.lateEvents.records.keys()].sort()).toEqual(['t/0/10', 't/1/10'])
  expect([...world.committed]).toEqual([
    [0, 14],
    [1, 14],
  ])
}

const ways = [
  { title: 'once', options: {} },
  { title: 'until stopped', options: { quietMs: 40_000, quietStepMs: 5_000 } },
]

describe.each(ways)('a job that runs $title', ({ options }) => {
  test('counts every event, sets every other record aside, and commits all', async () => {
    const world = new World(busyPartitions())
    const job = await world.run(options)
    expectWhole(world)
    expect(job.ledger.total()).toEqual({
      read: 28,
      counted: 24,
      filtered: 0,
      late: 2,
      rejected: 2,
      duplicates: 0,
    })
  })

  test('killed before or after any step, ends with the same points once started again', async () => {
    const steps = await countSteps(options)
    expect(steps).toBeGreaterThan(25)
    for (let at = 0; at < steps; at++) {
      const world = new World(busyPartitions())
      await expect(world.run(options, killAt(at))).rejects.toThrow('killed')
      const job = await world.run(options)
      expectWhole(world)
      expect(job.ledger.total().read).toBe(28)
      expect(job.ledger.unbalanced()).toEqual([])
    }
  })

  test('killed again and again, ends with the same points', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(60), { maxLength: 6 }),
        fc.integer({ min: 1, max: 9 }),
        async (kills, batchRecords) => {
          const world = new World(busyPartitions(), batchRecords)
          for (const at of kills) await world.run(options, killAt(at)).catch(expectKilled)
          await world.run(options)
          expectWhole(world)
        },
      ),
      { numRuns: 25 },
    )
  })

  test('waits for any store that is away, and loses nothing', async () => {
    const effects: Effect[] = ['read', 'points', 'dead letters', 'late', 'commit']
    for (const effect of effects) {
      const world = new World(busyPartitions())
      let left = 5
      await world.run(options, (seen, when) => {
        // After the call: the store took it and the answer was lost.
        if (seen !== effect || when !== (left % 2 === 0 ? 'before' : 'after') || left === 0) return
        left--
        if (seen === 'read' && when === 'after') return
        throw new UnavailableError(`${effect} away`)
      })
      expect(left).toBe(0)
      expect(world.clock.sleepsMs.length).toBeGreaterThan(0)
      expectWhole(world)
    }
  })
})

const countSteps = async (options: RunOptions) => {
  let steps = 0
  await new World(busyPartitions()).run(options, () => void steps++)
  return steps
}

function killAt(at: number): Watch {
  let step = 0
  return () => {
    if (step++ === at) throw new Error('killed')
  }
}

const expectKilled = (error: Error) => expect(error.message).toBe('killed')

describe('a turn', () => {
  test('saves the checkpoint, then writes the points and what was set aside, and only then commits', async () => {
    const world = new World([[click(0), 'no event', click(40_000), click(1_000)]], 10)
    const effects: Effect[] = []
    await world.run(
      {},
      (effect, when) => void (when === 'before' && effect !== 'ends' && effects.push(effect)),
    )
    const delivery: Effect[] = ['checkpoint', 'points', 'commit']
    // What closed, and at the end what is still open.
    const written: Effect[] = ['dead letters', 'late', 'points']
    expect(effects.slice(3, 6).sort()).toEqual(written)
    effects.splice(3, 3, ...written)
    expect(effects).toEqual(['commit', 'read', 'checkpoint', ...written, 'commit', ...delivery])
  })

  test('commits exactly what the last checkpoint holds, never more', async () => {
    const world = new World(busyPartitions())
    let commits = 0
    const checks: Promise<void>[] = []
    await world.run({ quietMs: 60_000 }, (effect, when) => {
      if (effect !== 'commit' || when !== 'after') return
      commits++
      const committed = [...world.committed]
      checks.push(
        memoryCheckpoints(world.place)
          .load()
          .then((loaded) => {
            const snapshot = readSnapshot(loaded?.parts ?? [])
            expect(committed).toEqual([...(snapshot?.positions ?? [])])
          }),
      )
    })
    await Promise.all(checks)
    expect(commits).toBeGreaterThan(3)
  })

  test('far from the end of the log windows that close wait for the next checkpoint', async () => {
    // Each read closes a window, and takes 0.7 s; a checkpoint is due after 5 s. Far is more than 100,000 records.
    const events = Array.from({ length: 48 }, (_, i) => click(i * 10_000))
    const world = new World([[...events, ...Array<Value>(100_024 - 48).fill('no event')]], 2)
    const savedAfter: number[] = []
    let reads = 0
    const config = { checkpointEveryMs: 5_000 }
    const running = world.run({ quietMs: 1_000, config }, (effect, when) => {
      if (effect === 'read' && when === 'after' && ++reads === 24) throw new Error('killed')
      if (effect === 'checkpoint' && when === 'after') savedAfter.push(reads)
    })
    await expect(running).rejects.toThrow('killed')
    expect(savedAfter.filter((after) => after <= 12).length).toBeLessThanOrEqual(2)
    expect(savedAfter.filter((after) => after > 12).length).toBeGreaterThanOrEqual(4)
  })

  test('points do not wait for commits', async () => {
    const world = new World(busyPartitions())
    let writes = 0
    await world.run({}, (effect, when) => {
      if (effect === 'points' && when === 'after') writes++
      if (effect === 'commit' && when === 'before' && writes < 2) throw new UnavailableError('away')
    })
    expectWhole(world)
  })

  test('passes on what waiting does not mend', async () => {
    const world = new World(busyPartitions())
    const refusing: Watch = (effect) => {
      if (effect === 'points') throw new RefusedError('wrong token')
    }
    await expect(world.run({}, refusing)).rejects.toThrow('wrong token')
    await world.run({})
    expectWhole(world)
  })
})

describe('a quiet stream', () => {
  test('shows its last window when nothing came for idle_after', async () => {
    const world = new World([[click(0), click(3_000)], []])
    await world.run({ quietMs: 29_000 })
    expect(world.points).toEqual([])
    await world.run({ quietMs: 31_000 })
    expect(world.points).toEqual(stored(pointsOf([click(0), click(3_000)] as PlainEvent[], PEOPLE)))
  })

  test('a partition without any record holds nothing back', async () => {
    const world = new World([[click(0), click(15_000)], [], []])
    await world.run({ quietMs: 1_000 })
    expect(world.written.map(({ timeMs }) => timeMs)).toEqual([BASE_MS, BASE_MS])
  })

  test('a partition whose records are all no events holds nothing back for longer than idle_after', async () => {
    const world = new World([[click(0), click(15_000)], ['broken']])
    let broken = 0
    let pointsWhileBroken = 0
    await world.run({ quietMs: 1_000 }, (effect, when) => {
      // A broken record every second, for 100 s: never quiet, and never an event.
      if (effect !== 'read' || when !== 'before' || broken++ >= 100) return
      world.partitions[1].push('broken')
      world.clock.moveMs(1_000)
      pointsWhileBroken = world.points.length
    })
    expect(world.deadLetters.records.size).toBe(101)
    expect(pointsWhileBroken).toBeGreaterThan(0)
  })

  test.each([
    ['had no record yet', 0],
    ['was idle', 35_000],
  ])('history that comes all at once is not late in a partition that %s', async (_, quietMs) => {
    const history = [0, 1].map(() => Array.from({ length: 40 }, (_, i) => click(i * 5_000)))
    const world = new World(quietMs === 0 ? [[], []] : [[click(0)], [click(0)]], 100)
    let hasCome = false
    const job = await world.run({ quietMs: 40_000, quietStepMs: 1_000 }, (effect, when) => {
      const isTime = world.clock.nowMs() >= NOW_MS + quietMs + 700
      if (hasCome || !isTime || effect !== 'read' || when !== 'before') return
      hasCome = true
      for (const [partition, events] of history.entries())
        world.partitions[partition].push(...events)
    })
    expect(hasCome).toBe(true)
    // A stream that was idle has shown its last window: what comes for that one is late.
    expect(job.ledger.total().late).toBe(quietMs === 0 ? 0 : 4)
  })

  test('is not passed over by what came while the end of the log was asked for', async () => {
    const world = new World([[click(0)]])
    let hasCome = false
    const job = await world.run({ quietMs: 1_000 }, (effect, when) => {
      if (hasCome || effect !== 'ends' || when !== 'after') return
      hasCome = true
      // The answer is on its way for longer than idle_after.
      world.partitions[0].push(click(1_000))
      world.clock.moveMs(40_000)
    })
    expect(job.ledger.total()).toMatchObject({ counted: 2, late: 0 })
    expect(world.points).toEqual([])
  })

  test('does not close a window that the wall clock has not passed', async () => {
    const nowMs = NOW_MS - (NOW_MS % 10_000)
    const world = new World([[click(nowMs - BASE_MS + 100_000)]])
    await world.run({ quietMs: 40_000 })
    expect(world.points).toEqual([])
    await world.run({ quietMs: 80_000 })
    expect(world.points.length).toBe(2)
  })
})

test('once: a partition without any record keeps no window open', async () => {
  const events = [click(0), click(20_000), click(40_000), click(60_000)]
  const world = new World([events, []], 1)
  const writes: number[] = []
  await world.run({}, (effect, when) => {
    if (effect === 'points' && when === 'before') writes.push(world.written.length)
  })
  expect(writes.length).toBeGreaterThan(1)
  expect(world.points).toEqual(stored(pointsOf(events as PlainEvent[], PEOPLE)))
})

describe('a stop', () => {
  test('saves: the next start goes on where it was, with windows that were open', async () => {
    const world = new World([[click(0)]])
    await world.run({ quietMs: 400 })
    expect(world.points).toEqual([])
    world.partitions[0].push(click(1_000), click(20_000))
    const reads: Effect[] = []
    const job = await world.run({ quietMs: 400 }, (effect, when) => {
      if (effect === 'read' && when === 'before') reads.push(effect)
    })
    expect(job.ledger.total()).toMatchObject({ read: 3, counted: 3 })
    expect(world.written.filter(({ measurement }) => measurement === 'events_by_segment')).toEqual([
      {
        measurement: 'events_by_segment',
        tags: { event_type: 'click', gender: 'F', age_group: '18-24', country: 'DE' },
        fields: { events: 2, users: 1 },
        timeMs: BASE_MS,
      },
    ])
  })

  test('once, more events of windows that were open, once again: as if it had been one run', async () => {
    const [first, second] = busyPartitions()
    for (const cut of [1, 5, 8, 11, 13]) {
      const world = new World([first.slice(0, cut), second.slice(0, cut)])
      await world.run({})
      const between = world.points
      await world.run({})
      expect(world.points).toEqual(between)
      world.partitions[0].push(...first.slice(cut))
      world.partitions[1].push(...second.slice(cut))
      await world.run({})
      expectWhole(world)
    }
  })
})
