// One running job under a steady stream of events, while the ways to Kafka, MariaDB and InfluxDB break one after the
// other: it waits, says so, holds its memory, goes on by itself, and every point is right.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import {
  describeWith,
  ownInflux2ForTests,
  ownKafkaForTests,
  ownMysqlForTests,
  toxiproxyForTests,
} from '../../scripts/services/testing.ts'
import { OUTAGES, SLOW } from '../../scripts/testing/faults.ts'
import { ownInflux2, ownKafka, ownMariadb } from '../../scripts/testing/own-servers.ts'
import { openProxy, type ToxicProxy } from '../../scripts/testing/toxiproxy.ts'
import { balancedBooks, recordsRead } from '../testing/books.ts'
import { type BusyProxy, busyProxy } from '../testing/busy-proxy.ts'
import { Place } from '../testing/place.ts'
import { RunningJob, readIn, type Told } from '../testing/running-job.ts'
import { steadyEvents } from '../testing/steady-events.ts'

const PARTITIONS = 3
const RSS_BYTES_MAX = 400 << 20
/** Told to stop, also while a store is silent. */
const STOP_WITHIN_MS = 10_000
/** Silence of a store is not that of the shop: nothing may close because of it. */
const CONFIG = 'checkpoint_every: 500ms\nrefresh_every: 1s\nidle_after: 10m\nhttp:\n  port: 0\n'

const dir = mkdtempSync(join(tmpdir(), 'windrow-outages-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

interface Store {
  /** How `/status` names it. */
  readonly name: RegExp
  readonly proxy: ToxicProxy
  readonly server: { pause(): void; resume(): void }
}

const newRig = async (toxiproxy: { readonly url: string }) => {
  let kafkaProxy: ToxicProxy | undefined
  const kafka = await ownKafka(async (upstream) => {
    kafkaProxy = await openProxy(toxiproxy, upstream)
    return kafkaProxy.port
  })
  const [mariadb, influx] = await Promise.all([ownMariadb(), ownInflux2()])
  const busy = await busyProxy(influx.hostPort)
  const [mysqlProxy, influxProxy] = [
    await openProxy(toxiproxy, mariadb.hostPort),
    await openProxy(toxiproxy, busy.hostPort),
  ]
  const { host, user, password } = mariadb.address
  const { token, org } = influx.address
  const stores: Record<'kafka' | 'mysql' | 'influx', Store> = {
    kafka: { name: /^Kafka/, proxy: kafkaProxy as ToxicProxy, server: kafka },
    mysql: { name: /MySQL/, proxy: mysqlProxy, server: mariadb },
    influx: { name: /^InfluxDB/, proxy: influxProxy, server: influx },
  }
  return {
    stores,
    busy,
    newPlace: (name: string): Place => {
      const place = new Place(join(dir, name), {
        KAFKA_BROKERS: kafka.address.brokers.join(','),
        KAFKA_EVENTS_TOPIC: name,
        CHECKPOINTS: 'mysql',
        MYSQL_HOST: host,
        MYSQL_PORT: String(mysqlProxy.port),
        MYSQL_USER: user,
        MYSQL_PASSWORD: password,
        MYSQL_DATABASE: name,
        INFLUX_URL: `http://127.0.0.1:${influxProxy.port}`,
        INFLUX_TOKEN: token,
        INFLUX_ORG: org,
        INFLUX_BUCKET: name,
      })
      writeFileSync(join(place.dir, 'job.yaml'), CONFIG)
      return place
    },
    end: async () => {
      for (const { proxy } of Object.values(stores)) await proxy.remove()
      await busy.close()
      await Promise.all([kafka.end(), mariadb.end(), influx.end()])
    },
  }
}

const running: RunningJob[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((job) => job.stop('SIGKILL')))
})
function start(place: Place): RunningJob {
  const job = new RunningJob(place.stream('--config', join(place.dir, 'job.yaml')))
  running.push(job)
  return job
}

/** An outage, and how it ends. */
interface Outage {
  readonly name: string
  begin(): Promise<void>
  end(): Promise<void>
}

function outagesOf({ proxy, server }: Store): Outage[] {
  const wanted = ['refused', 'cut after 10 bytes of the request', 'silent after what we asked']
  const faults = OUTAGES.filter(({ name }) => wanted.includes(name))
  return [
    ...faults.map(({ name, begin }) => ({
      name,
      begin: () => begin(proxy),
      end: () => proxy.heal(),
    })),
    {
      name: 'frozen',
      begin: async () => server.pause(),
      end: async () => server.resume(),
    },
  ]
}

/** The job says that it waits for the store while the outage lasts, and reads on after it. */
async function expectWaiting(job: RunningJob, { name }: Store, outage: Outage): Promise<void> {
  await outage.begin()
  // The first attempt may have begun before the outage.
  const isAway = ({ waitingFor, readiness }: Told) =>
    waitingFor.some(({ store, isBlocking, attempts }) => {
      return name.test(store) && isBlocking && attempts >= 2
    }) && !readiness.ok
  await job.until(`waiting: ${name} ${outage.name}`, isAway)
  expect((await job.ask('/readyz'))?.code).toBe(503)
  expect(await job.metrics()).toMatch(/^windrow_store_waiting_seconds\{.*blocking="true"/m)
  await outage.end()
  await job.untilReading()
}

describeWith(
  [toxiproxyForTests(), ownKafkaForTests(), ownMysqlForTests(), ownInflux2ForTests()],
  'a job whose stores break',
  (toxiproxy) => {
    let rig: Awaited<ReturnType<typeof newRig>>
    beforeAll(async () => {
      rig = await newRig(toxiproxy)
    })
    afterAll(() => rig.end())

    it('waits for each, holds its memory, goes on, and has every point', {
      timeout: 420_000,
    }, async () => {
      const { stores, busy } = rig
      const place = rig.newPlace('outages')
      await place.seed()
      const events = steadyEvents(place, PARTITIONS)
      const job = start(place)
      await job.untilSaved()
      let rssBytes = 0
      for (const store of Object.values(stores)) {
        const warningsBefore = job.count(/WARN/)
        const outages = outagesOf(store)
        if (store === stores.influx) outages.push(busyOutage(busy))
        for (const outage of outages) {
          await expectWaiting(job, store, outage)
          rssBytes = Math.max(rssBytes, (await job.metric('process_resident_memory_bytes')) ?? 0)
        }
        // One for each who is held up: turns, and the refreshing of the table.
        expect(job.count(/WARN/) - warningsBefore).toBeLessThanOrEqual(2 * outages.length)
        await SLOW.begin(store.proxy)
        await job.untilReading()
        await store.proxy.heal()
      }
      expect(rssBytes).toBeGreaterThan(0)
      expect(rssBytes).toBeLessThan(RSS_BYTES_MAX)
      await expectExact(place, job, events.end())
    })

    it('told to stop while one of them is silent ends within 10 s, with 0', {
      timeout: 300_000,
    }, async () => {
      const place = rig.newPlace('stops')
      await place.seed()
      const events = steadyEvents(place, PARTITIONS)
      for (const { server, name } of Object.values(rig.stores)) {
        const job = start(place)
        await job.untilReading()
        server.pause()
        const fromMs = performance.now()
        const { code } = await job.stop('SIGTERM')
        const tookMs = performance.now() - fromMs
        server.resume()
        expect({ name, code }).toEqual({ name, code: 0 })
        expect(tookMs).toBeLessThan(STOP_WITHIN_MS)
      }
      const last = start(place)
      await last.untilReading()
      await expectExact(place, last, events.end())
    })
  },
)

const busyOutage = (busy: BusyProxy): Outage => ({
  name: '503 with Retry-After',
  begin: async () => busy.isBusyFor(1),
  end: async () => busy.serves(),
})

async function expectExact(place: Place, job: RunningJob, sent: Promise<number>): Promise<void> {
  const count = await sent
  await job.until('the end of the log', (told) => readIn(told) >= count)
  expect((await job.stop('SIGTERM')).code).toBe(0)
  await place.once()
  expect(recordsRead(await balancedBooks(place.environment))).toBe(count)
  await place.expectPointsAsBySql()
}
