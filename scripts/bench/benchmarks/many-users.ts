// What the job takes of memory with 10,000,000 users in its table, and how long it loads them from MySQL.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Benchmark, mysqlEnvironment } from '../bench.ts'
import { measure } from '../children.ts'
import { DIRECTORY, kafkaData, mysqlData } from '../data.ts'
import { topicOf } from '../fill.ts'
import { peakMbOf } from '../table.ts'

const USERS = 10_000_000
const EVENTS = 2_000_000

export const manyUsers: Benchmark = {
  names: ['users'],
  needs: ['brokers', 'mysql'],
  run: async ({ size, brokers, mysql, say }) => {
    if (brokers === undefined || mysql === undefined) return { figures: [] }
    const own = { ...mysql, database: `bench_${USERS}` }
    const topicSize = { ...size, users: USERS, events: EVENTS }
    await mysqlData(own, USERS, say)
    await kafkaData(topicSize, brokers, say)
    const directory = join(DIRECTORY, `users-${process.pid}`)
    try {
      const measured = await measure('scripts/bench/job.ts', [], {
        KAFKA_BROKERS: brokers,
        KAFKA_EVENTS_TOPIC: topicOf(topicSize),
        ...mysqlEnvironment(own),
        WINDROW_DATA: directory,
      })
      return {
        figures: [
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
        ],
      }
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
}
