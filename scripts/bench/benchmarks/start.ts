// How long the job takes from its start to its first event: embedded, and with Kafka, MySQL and InfluxDB.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench, Benchmark } from '../bench.ts'
import { type Environment, inTurn, measure } from '../children.ts'
import { DIRECTORY, embeddedData, forgetJobs, kafkaData, mysqlData } from '../data.ts'
import { influxEnvironment, mysqlEnvironment } from '../environment.ts'
import { topicOf } from '../fill.ts'
import type { Measured } from '../measured.ts'

const EVENTS = 20_000
const GOAL_S = 1.5

export const start: Benchmark = {
  names: ['start'],
  needs: [],
  run: async (bench) => {
    const lanes = new Map([['embedded', await embeddedLane(bench)]])
    const real = await realLane(bench)
    if (real !== undefined) lanes.set('Kafka, MySQL and InfluxDB', real)
    const rounds = bench.isFull ? bench.rounds : Math.min(3, bench.rounds)
    const runs = await inTurn(lanes, rounds, (label, measured) =>
      bench.say(`start, ${label}: ${Math.round(firstMsOf(measured))} ms`),
    )
    const figures = [...runs].map(([label, measured]) => ({
      name: label === 'embedded' ? 'start.embedded' : 'start.real',
      what: `cold start to first event, 100,000 users, ${label}`,
      unit: 's' as const,
      values: measured.map((one) => firstMsOf(one) / 1000),
      goal: { atMost: GOAL_S },
    }))
    return { figures }
  },
}

const firstMsOf = ({ more }: Measured): number => more?.firstBatchDoneMs ?? Number.NaN

async function embeddedLane(bench: Bench) {
  const size = { ...bench.size, events: EVENTS }
  const directory = await embeddedData(size, bench.say)
  return async () => {
    await forgetJobs(directory)
    return job({ WINDROW_DATA: directory, KAFKA_EVENTS_TOPIC: topicOf(size) })
  }
}

async function realLane({ size: { users, ...size }, brokers, mysql, influx, say }: Bench) {
  if (brokers === undefined || mysql === undefined || influx === undefined) return
  const own = { ...mysql, database: `bench_${users}` }
  const topicSize = { ...size, users, events: EVENTS }
  await mysqlData(own, users, say)
  await kafkaData(topicSize, brokers, say)
  const directory = join(DIRECTORY, `start-${process.pid}`)
  const environment = {
    KAFKA_BROKERS: brokers,
    KAFKA_EVENTS_TOPIC: topicOf(topicSize),
    ...mysqlEnvironment(own),
    ...influxEnvironment(influx),
    WINDROW_DATA: directory,
  }
  return async () => {
    try {
      return await job(environment)
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }
}

const job = (environment: Environment): Promise<Measured> =>
  measure('scripts/bench/job.ts', [], environment)
