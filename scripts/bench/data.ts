// Where the benchmark's data is, made at the first use and kept: embedded in a directory of its own for each size, in
// Kafka as a topic, in MySQL as a database.
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, symlink } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { mysqlDemographics } from '../../stores/demographics/mysql.ts'
import { sqliteDemographics } from '../../stores/demographics/sqlite.ts'
import type { EventLog } from '../../stores/event-log/event-log.ts'
import { kafkaEventLog } from '../../stores/event-log/kafka.ts'
import { sqliteEventLog } from '../../stores/event-log/sqlite.ts'
import type { MysqlSettings } from '../../stores/settings.ts'
import { start } from './children.ts'
import { mysqlEnvironment } from './environment.ts'
import { type BenchSize, countRecords, fillDemographics, fillLog, topicOf } from './fill.ts'
import { deleteTopic } from './topics.ts'

/** Tells people what takes its time. */
export type Say = (text: string) => void

export const DIRECTORY = join('.windrow', 'bench')

/** The directory of this name, filled by `fill` when it is not there. */
export async function madeOnce(
  name: string,
  say: Say,
  fill: (directory: string) => Promise<void>,
): Promise<string> {
  const directory = join(DIRECTORY, name)
  if (existsSync(directory)) return directory
  // Moved in place when complete: what an interrupted run leaves is made anew.
  const unfinished = `${directory}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  say(`makes ${name} in ${directory}`)
  await fill(unfinished)
  await rename(unfinished, directory)
  return directory
}

/** A directory with an embedded log, of large runs in segments, and demographics of this size. */
export const embeddedData = (size: BenchSize, say: Say): Promise<string> =>
  madeOnce(`segments-${topicOf(size)}`, say, async (directory) => {
    const log = sqliteEventLog(join(directory, 'events.db'))
    await fillLog(log, size)
    await log.close()
    const demographics = sqliteDemographics(join(directory, 'demographics.db'))
    await fillDemographics(demographics, size.users)
    await demographics.close()
  })

/** A directory with the log and the demographics of another one, and room for a job of its own. */
export const twinOf = (directory: string, say: Say): Promise<string> =>
  madeOnce(`${basename(directory)}-twin`, say, async (twin) => {
    for (const name of ['events.db', 'events.db-segments', 'demographics.db'])
      await symlink(relative(twin, join(directory, name)), join(twin, name))
  })

/** Removes what an earlier job left in a directory of data: the next one begins at the beginning. */
export async function forgetJobs(directory: string): Promise<void> {
  const left = ['points.db', 'points.db-wal', 'points.db-shm', 'checkpoints']
  for (const name of left) await rm(join(directory, name), { recursive: true, force: true })
}

/** Fills Kafka's topic of this size. */
export const kafkaData = (size: BenchSize, brokers: string, say: Say): Promise<void> =>
  topicWith({ topic: topicOf(size), ...size }, brokers, say, (log) => fillLog(log, size))

/** Sees to it that the topic has so many events: `fill` begins at nothing. */
export async function topicWith(
  { topic, events, codec }: Pick<BenchSize, 'events' | 'codec'> & { topic: string },
  brokers: string,
  say: Say,
  fill: (log: EventLog) => Promise<unknown>,
): Promise<void> {
  const log = kafkaEventLog({ brokers: brokers.split(','), compression: codec ?? 'none' })
  try {
    const there = await countRecords(log, topic)
    if (there === events) return
    if (there > 0) await deleteTopic(brokers, topic)
    say(`fills ${topic} in ${log.description}`)
    await fill(log)
  } finally {
    await log.close()
  }
}

/** Fills the demographics of a database, as users do. */
export async function mysqlData(settings: MysqlSettings, users: number, say: Say): Promise<void> {
  const demographics = mysqlDemographics(settings)
  try {
    await demographics.migrate()
    if ((await demographics.count()) >= users) return
    say(`loads ${users} people into ${demographics.description}`)
    const environment = mysqlEnvironment(settings)
    await start('cli/windrow.js', ['seed', '--users', String(users)], environment).ended
  } finally {
    await demographics.close()
  }
}
