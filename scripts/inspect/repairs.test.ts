import { expect, test } from 'vitest'
import { measurementOf } from '../../data/definitions/metric.ts'
import { revenueByCategory } from '../../data/ecommerce/revenue-by-category.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { RefusedError } from '../../kit/errors.ts'
import { fakeClock } from '../../kit/fake-clock.ts'
import { silentLog } from '../../kit/log.ts'
import { memoryCheckpoints } from '../../stores/checkpoints/memory-place.ts'
import { memoryPoints } from '../../stores/points/memory.ts'
import type { PointsStore } from '../../stores/points/points-store.ts'
import { readSnapshot } from '../../streaming/checkpoint/encode.ts'
import type { Snapshot } from '../../streaming/checkpoint/snapshot.ts'
import { JOB_OPTIONS, purchase } from '../../streaming/testing/events.ts'
import { World } from '../../streaming/testing/run-turns.ts'
import { leaseForRepair, Repairs } from './repairs.ts'

const never = new AbortController().signal
const measurement = measurementOf(revenueByCategory)

async function stateOf(world: World) {
  const loaded = await memoryCheckpoints(world.place).load()
  const { number = 0, parts = [] } = loaded ?? {}
  return { number, parts, snapshot: readSnapshot(parts) as Snapshot }
}

/** A job that has written points, and the repair of its store. */
async function repairing(change: (store: PointsStore) => PointsStore = (store) => store) {
  const world = new World([[purchase(0), purchase(20_000), purchase(200_000)]])
  await world.run()
  world.place.expire()
  const written: [version: number | undefined, points: number][] = []
  const memory = memoryPoints()
  const points = change({
    ...memory,
    write: async (some, measurements, version) => {
      written.push([version, some.length])
      await memory.write(some, measurements, version)
    },
  })
  const lease = await leaseForRepair(memoryCheckpoints(world.place), never)
  const state = await stateOf(world)
  const retry = { clock: fakeClock(0), log: silentLog }
  const repairs = await Repairs.begin({ lease, points, retry }, smallShop, JOB_OPTIONS, state)
  return { world, state, lease, written, points, repairs }
}

test('a repair begins with what the job left, and its version is above everything written', async () => {
  const { world, state, lease, written, points, repairs } = await repairing()
  const { outbox } = state.snapshot
  expect(outbox.points.length).toBeGreaterThan(0)
  expect(written).toEqual([[state.number, outbox.points.length]])
  const { number, snapshot } = await stateOf(world)
  expect(number).toBe(state.number + 1)
  expect(snapshot.outbox.points).toEqual([])
  const { positions, watermarks, ticks, ledger, savedAtMs } = state.snapshot
  expect(snapshot).toMatchObject({ positions, watermarks, ticks, ledger, savedAtMs })

  const [expected] = outbox.points.filter((one) => one.measurement === measurement.name)
  const found = { ...expected, tags: { ...expected.tags, country: 'extra' } }
  await points.write([found], [measurement], 0)
  await repairs.mend(measurement, [
    { kind: 'missing', expected },
    { kind: 'extra', found },
  ])
  expect(written.at(-1)).toEqual([number, 1])
  expect(await points.read(measurement, {})).not.toContainEqual(found)
  await lease.release()
  // The job goes on from there, with higher numbers.
  const later = [purchase(201_000), purchase(300_000)]
  world.partitions[0].push(...later)
  await world.run()
  expect((await stateOf(world)).number).toBeGreaterThan(number)
  const undisturbed = new World(world.partitions)
  await undisturbed.run()
  expect(world.points).toEqual(undisturbed.points)
})

test('a store that removes nothing is told, and what is missing is written all the same', async () => {
  const refuse = async () => {
    throw new RefusedError('it cannot delete')
  }
  const { repairs, state } = await repairing((store) => ({ ...store, remove: refuse }))
  const [expected] = state.snapshot.outbox.points.filter(
    (one) => one.measurement === measurement.name,
  )
  for (let twice = 0; twice < 2; twice++)
    await repairs.mend(measurement, [
      { kind: 'missing', expected },
      { kind: 'extra', found: expected },
    ])
  expect(repairs.refused).toBe('it cannot delete')
  expect(repairs.written.get(measurement.name)).toBe(2)
  expect(repairs.removed.get(measurement.name)).toBeUndefined()
})

test('nothing is repaired while an instance works', async () => {
  const world = new World([[]])
  const works = { owner: 'host, process 1', signal: never, onWaiting: () => {} }
  const lease = await memoryCheckpoints(world.place).acquire(works)
  await expect(leaseForRepair(memoryCheckpoints(world.place), never)).rejects.toThrow(
    /^host, process 1 works on this job/,
  )
  await lease.confirm()
})
