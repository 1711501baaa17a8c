// How long it takes from the watermark's reaching the end of a window to its points being durable in InfluxDB, and how long
// the job stands still meanwhile: at 50,000 events a second from another process through Kafka, with demographics in MySQL
// of which 100,000 rows change. The job notes when its watermark reaches each end, and a proxy before InfluxDB when the
// last points of the window were acknowledged.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { mysqlDemographics } from '../../../stores/demographics/mysql.ts'
import { kafkaEventLog } from '../../../stores/event-log/kafka.ts'
import type { Bench, Benchmark } from '../bench.ts'
import { type Child, measure, start } from '../children.ts'
import { DIRECTORY, mysqlData } from '../data.ts'
import { influxEnvironment, mysqlEnvironment } from '../environment.ts'
import type { Figure } from '../figures.ts'
import { upsertPeople } from '../fill.ts'
import { type InfluxProxy, influxProxy } from '../influx-proxy.ts'
import { type LiveArguments, READY, type Reached } from '../live.ts'
import { type Measured, parseMeasured } from '../measured.ts'
import { deleteTopic } from '../topics.ts'

const RATE = 50_000
/** The last windows of the load are never reached. */
const AFTER_LOAD_MS = 1_000

interface Load {
  readonly seconds: number
  readonly given: LiveArguments
}

/** Windows of a second give many in a short time; in full it is the pipeline as it is, and as full of ids as it gets. */
const QUICK: Load = {
  seconds: 22,
  given: { pipeline: 'seconds', windowMs: 1_000, refreshEveryMs: 5_000, warmUpMs: 7_000 },
}
const FULL: Load = {
  seconds: 300,
  given: { pipeline: 'all', windowMs: 10_000, refreshEveryMs: 30_000, warmUpMs: 90_000 },
}

type Stores = Required<Pick<Bench, 'brokers' | 'mysql' | 'influx'>>

export const latency: Benchmark = {
  names: ['latency', 'pause'],
  needs: ['brokers', 'mysql', 'influx'],
  run: async (bench, chosen) => {
    const { brokers, mysql, influx } = bench
    if (brokers === undefined || mysql === undefined || influx === undefined) return { figures: [] }
    const load = bench.isFull ? FULL : QUICK
    const stores = { brokers, influx, mysql: { ...mysql, database: `bench_${bench.size.users}` } }
    await mysqlData(stores.mysql, bench.size.users, bench.say)
    const { latenciesMs, measured } = await liveRun(bench, stores, load)
    bench.say(`latency: ${latenciesMs.length} windows, the longest ${Math.max(...latenciesMs)} ms`)
    const figures = [
      ...(chosen.has('latency') ? latencyFigures(latenciesMs) : []),
      ...(chosen.has('pause') ? pauseFigures(measured) : []),
    ]
    return { figures }
  },
}

async function liveRun(bench: Bench, { brokers, mysql, influx }: Stores, { seconds, given }: Load) {
  const topic = `bench-live-${process.pid}`
  const directory = join(DIRECTORY, topic)
  const log = kafkaEventLog({ brokers: brokers.split(',') })
  await log.createTopic(topic, bench.size.partitions)
  await log.close()
  const proxy = await influxProxy(influx.url)
  const job = start('scripts/bench/programs/live-job.ts', [JSON.stringify(given)], {
    KAFKA_BROKERS: brokers,
    KAFKA_EVENTS_TOPIC: topic,
    ...mysqlEnvironment(mysql),
    ...influxEnvironment({ ...influx, url: proxy.url }),
    WINDROW_DATA: directory,
  })
  try {
    await until(job, READY)
    bench.say(`latency: ${RATE} events/s for ${seconds} s`)
    const { users, seed } = bench.size
    const flags = [topic, RATE, seconds, users, seed].map(String)
    const produced = measure('scripts/bench/programs/steady-producer.ts', flags, {
      KAFKA_BROKERS: brokers,
    })
    produced.catch(() => {})
    await sleep((seconds / 2) * 1000, undefined, { signal: bench.signal })
    const demographics = mysqlDemographics(mysql)
    await upsertPeople(demographics, users, new Date().toISOString())
    await demographics.close()
    const behindMs = (await produced).more?.behindMs ?? 0
    if (behindMs > 1_000) bench.say(`latency: the producer was ${Math.round(behindMs)} ms behind`)
    await sleep(AFTER_LOAD_MS)
    job.process.kill('SIGTERM')
    const lines = (await job.ended).trim().split('\n')
    const reached: Reached[] = JSON.parse(lines[lines.length - 2])
    return {
      latenciesMs: latenciesOf(reached, proxy, given),
      measured: parseMeasured(lines[lines.length - 1]),
    }
  } finally {
    job.process.kill('SIGKILL')
    await proxy.close()
    await rm(directory, { recursive: true, force: true })
    await deleteTopic(brokers, topic)
  }
}

/** Resolves when the program has written `word`; rejects when it ends before. */
async function until({ process: { stdout }, ended }: Child, word: string): Promise<void> {
  const written = new Promise<void>((resolve) => {
    stdout?.on('data', (bytes) => {
      if (String(bytes).includes(word)) resolve()
    })
  })
  await Promise.race([written, ended])
}

/** Of each window after the warm-up: until the last of its points, of whatever metric. */
function latenciesOf(
  reached: readonly Reached[],
  { acknowledgedMs }: InfluxProxy,
  { windowMs, warmUpMs }: LiveArguments,
): number[] {
  const beganMs = reached[0]?.[1] ?? 0
  return reached
    .filter(([, atMs]) => atMs - beganMs >= warmUpMs)
    .flatMap(([endMs, atMs]) => {
      const times = [...acknowledgedMs.values()].map((metric) => metric.get(endMs - windowMs))
      // The job was told to stop before it was written.
      if (times.length === 0 || times.includes(undefined)) return []
      return [Math.max(...times.map(Number)) - atMs]
    })
}

function latencyFigures(latenciesMs: readonly number[]): Figure[] {
  const quantile = (q: number) =>
    latenciesMs.toSorted((a, b) => a - b)[
      Math.min(latenciesMs.length - 1, Math.floor(q * latenciesMs.length))
    ]
  const what = (q: string) => `window end reached → points durable, 50,000 events/s, ${q}`
  return [
    {
      name: 'latency.p50',
      what: what('median'),
      unit: 'ms',
      values: [quantile(0.5)],
      goal: { atMost: 50 },
    },
    {
      name: 'latency.p99',
      what: what('99 %'),
      unit: 'ms',
      values: [quantile(0.99)],
      goal: { atMost: 250 },
    },
  ]
}

function pauseFigures({ more = {} }: Measured): Figure[] {
  return [
    {
      name: 'pause.live',
      what: 'event loop held up, 50,000 events/s, 99.9 %',
      unit: 'ms',
      values: [more.loopP999Ms],
      goal: { atMost: 50 },
    },
    {
      name: 'pause.live.longest',
      what: 'event loop held up, 50,000 events/s, longest',
      unit: 'ms',
      values: [more.loopLongestMs],
    },
  ]
}
