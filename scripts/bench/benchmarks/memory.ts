// What the job takes of memory: with 10,000 groups open, and with 10,000,000 users in its table, and how long it loads those
// from MySQL.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { grouped } from '../../../kit/grouped.ts'
import type { Bench, Benchmark } from '../bench.ts'
import { measure } from '../children.ts'
import { DIRECTORY, embeddedData, kafkaData, mysqlData } from '../data.ts'
import { mysqlEnvironment } from '../environment.ts'
import type { Figure } from '../figures.ts'
import { topicOf } from '../fill.ts'
import { jobLane } from '../job-lane.ts'
import type { Measured } from '../measured.ts'
import { peakMbOf } from '../table.ts'

const MANY_USERS = 10_000_000
const EVENTS_OF_MANY = 2_000_000

export const memory: Benchmark = {
  names: ['memory'],
  needs: [],
  run: async (bench) => {
    const figures = [await manyGroups(bench)]
    return { figures: bench.isFull ? [...figures, ...(await manyUsers(bench))] : figures }
  },
}

async function manyGroups({ size, brokers, isFull, rounds, say }: Bench): Promise<Figure> {
  const directory = await embeddedData(size, say)
  if (brokers !== undefined) await kafkaData(size, brokers, say)
  const place = { directory, size, ...(brokers !== undefined && { brokers }) }
  const lane = jobLane(place, { pipeline: 'grouped' })
  const measured: Measured[] = []
  for (let round = 0; round < (isFull ? rounds : 1); round++) measured.push(await lane())
  const values = measured.map(peakMbOf)
  say(`memory: ${grouped(Math.max(...values))} MB with 10,000 groups`)
  return {
    name: 'memory.peak',
    what: 'peak memory, 100,000 users and 10,000 groups open',
    unit: 'MB',
    values,
    goal: { atMost: 300 },
  }
}

async function manyUsers({ size, brokers, mysql, say }: Bench): Promise<Figure[]> {
  if (brokers === undefined || mysql === undefined) return []
  const own = { ...mysql, database: `bench_${MANY_USERS}` }
  const topicSize = { ...size, users: MANY_USERS, events: EVENTS_OF_MANY }
  await mysqlData(own, MANY_USERS, say)
  await kafkaData(topicSize, brokers, say)
  const directory = join(DIRECTORY, `users-${process.pid}`)
  try {
    const measured = await measure('scripts/bench/job.ts', [], {
      KAFKA_BROKERS: brokers,
      KAFKA_EVENTS_TOPIC: topicOf(topicSize),
      ...mysqlEnvironment(own),
      WINDROW_DATA: directory,
    })
    return figuresOfMany(measured)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const figuresOfMany = (measured: Measured): Figure[] => [
  {
    name: 'users.peak',
    what: 'peak memory, 10,000,000 users',
    unit: 'MB',
    values: [peakMbOf(measured)],
    goal: { atMost: 1_200 },
  },
  {
    name: 'users.load',
    what: '10,000,000 users loaded from MySQL',
    unit: 's',
    values: [(measured.more?.loadMs ?? Number.NaN) / 1000],
    goal: { atMost: 60 },
  },
]
