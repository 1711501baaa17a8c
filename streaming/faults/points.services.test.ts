// InfluxDB fails in every way a network and a server know: the points store is unavailable, not
// stuck, and afterwards what was acknowledged is there.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Point } from '../../data/point.ts'
import {
  describeWith,
  influx1ForTests,
  influx2ForTests,
  ownInflux1ForTests,
  ownInflux2ForTests,
  toxiproxyForTests,
} from '../../scripts/services/testing.ts'
import {
  comesTo,
  cutAfter,
  type Fault,
  inTheMiddle,
  OUTAGES,
  SLOW,
  untilSuccess,
} from '../../scripts/testing/faults.ts'
import { type OwnServer, ownInflux1, ownInflux2 } from '../../scripts/testing/own-servers.ts'
import { openProxy, type ToxicProxy } from '../../scripts/testing/toxiproxy.ts'
import { influxPoints } from '../../stores/points/influx.ts'
import { ownBucket, removeBucket } from '../../stores/points/influx-testing.ts'
import type { PointsStore } from '../../stores/points/points-store.ts'
import type { InfluxSettings } from '../../stores/settings.ts'

const sales = {
  name: 'sales',
  tags: ['category'],
  fields: { orders: 'integer', revenue: 'float' },
} as const

/** `count` points, from `firstS` seconds on; more than one request takes, when more than 5,000. */
const pointsFrom = (firstS: number, count: number): Point[] =>
  Array.from({ length: count }, (_, i) => ({
    measurement: 'sales',
    tags: { category: `category ${i % 7}` },
    fields: { orders: i, revenue: i / 4 },
    timeMs: (firstS + i) * 1000,
  }))

const TIMEOUT_MS = 1_000

interface Rig {
  /** Around the proxy. */
  readonly direct: PointsStore
  readonly open: (timeoutMs: number) => PointsStore
  readonly proxy: () => ToxicProxy
}

const CALLS: { name: string; run: (store: PointsStore, points: Point[]) => Promise<unknown> }[] = [
  { name: 'a write of several requests', run: (store, points) => store.write(points, [sales]) },
  { name: 'a read', run: (store) => store.read(sales, { fromMs: 0, toMs: 1_000_000 }) },
]

function describeOutages({ direct, open, proxy }: Rig): void {
  let nextS = 0
  const newPoints = () => {
    const points = pointsFrom(nextS, 6_000)
    nextS += points.length
    return points
  }
  const kept = (points: readonly Point[]) =>
    direct.read(sales, { fromMs: points[0].timeMs, toMs: points[points.length - 1].timeMs + 1 })

  describe.each(OUTAGES)('while the connection is $name', (fault: Fault) => {
    it.each(CALLS)('$name is unavailable, and succeeds when it is back', async ({ run }) => {
      const store = open(TIMEOUT_MS)
      const points = newPoints()
      await untilSuccess(() => store.prepare())
      await fault.begin(proxy())
      expect(await comesTo(() => run(store, points))).toBe('unavailable')
      expect(await comesTo(() => run(store, points))).toBe('unavailable')
      await proxy().heal()
      await untilSuccess(() => run(store, points))
      await untilSuccess(() => store.write(points, [sales]))
      expect(await kept(points)).toEqual(points)
      await store.close()
    })

    it('the first contact is unavailable, and succeeds when it is back', async () => {
      const store = open(TIMEOUT_MS)
      await fault.begin(proxy())
      expect(await comesTo(() => store.prepare())).toBe('unavailable')
      await proxy().heal()
      await untilSuccess(() => store.prepare())
      await store.close()
    })
  })

  it('a write that is cut in the middle is whole after it was written again', async () => {
    const store = open(TIMEOUT_MS)
    const points = newPoints()
    await untilSuccess(() => store.prepare())
    await cutAfter(5_000).begin(proxy())
    expect(await comesTo(() => store.write(points, [sales]))).toBe('unavailable')
    await proxy().heal()
    await untilSuccess(() => store.write(points, [sales]))
    expect(await kept(points)).toEqual(points)
    await store.close()
  })

  it('a read that gets no more in the middle of the answer is unavailable', async () => {
    const store = open(TIMEOUT_MS)
    const points = newPoints()
    await direct.write(points, [sales])
    await untilSuccess(() => store.prepare())
    const read = await inTheMiddle(proxy(), () => store.read(sales, { fromMs: points[0].timeMs }))
    expect(read).toBe('unavailable')
    await proxy().heal()
    await untilSuccess(() => store.read(sales, { fromMs: points[0].timeMs }))
    await store.close()
  })

  it('writes and reads while every answer is slow', async () => {
    const store = open(30_000)
    const points = newPoints()
    await SLOW.begin(proxy())
    expect(await comesTo(() => store.write(points, [sales]))).toBe('success')
    const range = { fromMs: points[0].timeMs, toMs: points[99].timeMs + 1 }
    expect(await store.read(sales, range)).toEqual(points.slice(0, 100))
    await store.close()
  })
}

const KINDS = [
  { title: 'InfluxDB 1.8', influx: influx1ForTests() },
  { title: 'InfluxDB 2.7', influx: influx2ForTests() },
]
for (const { title, influx } of KINDS) {
  describeWith([influx, toxiproxyForTests()], title, (address, toxiproxy) => {
    const settings = ownBucket(address)
    const direct = influxPoints(settings)
    let proxy: ToxicProxy
    beforeAll(async () => {
      proxy = await openProxy(toxiproxy, new URL(settings.url).host)
      await direct.prepare()
    })
    afterAll(async () => {
      await proxy.remove()
      await direct.close()
      await removeBucket(settings)
    })
    afterEach(() => proxy.heal())
    const open = (timeoutMs: number) =>
      influxPoints({ ...settings, url: `http://127.0.0.1:${proxy.port}`, timeoutMs })
    describeOutages({ direct, open, proxy: () => proxy })
  })
}

describeWith([ownInflux1ForTests()], 'an InfluxDB 1.8 that dies', () => describeDeath(ownInflux1))
describeWith([ownInflux2ForTests()], 'an InfluxDB 2.7 that dies', () => describeDeath(ownInflux2))

function describeDeath(start: () => Promise<OwnServer<{ readonly url: string }>>): void {
  let server: OwnServer<{ readonly url: string }>
  let settings: InfluxSettings
  beforeAll(async () => {
    server = await start()
    settings = ownBucket(server.address)
  })
  afterAll(() => server.end())

  it('and starts again has every point that it acknowledged', async () => {
    const store = influxPoints({ ...settings, timeoutMs: TIMEOUT_MS })
    const written: Point[] = []
    const write = async (points: Point[]) => {
      await untilSuccess(() => store.write(points, [sales]))
      written.push(...points)
    }
    for (let round = 0; round < 3; round++) {
      await write(pointsFrom(written.length, 1_000))
      const duringDeath = write(pointsFrom(written.length, 6_000))
      await server.kill()
      await server.start()
      await duringDeath
    }
    await server.kill()
    await server.start()
    expect(await store.read(sales, {})).toEqual(written)
    await store.close()
  })

  it('and one that is frozen is unavailable until it goes on', async () => {
    const store = influxPoints({ ...settings, timeoutMs: TIMEOUT_MS })
    const points = pointsFrom(1_000_000, 100)
    await untilSuccess(() => store.prepare())
    server.pause()
    expect(await comesTo(() => store.write(points, [sales]))).toBe('unavailable')
    server.resume()
    await untilSuccess(() => store.write(points, [sales]))
    expect(await store.read(sales, { fromMs: points[0].timeMs })).toEqual(points)
    await store.close()
  })
}
