// What every system reads: topics of events, and the same people as a file, as a topic and as our own table.
import { existsSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { simulatedUserId } from '../../../data/demographics.ts'
import { sqliteDemographics } from '../../../stores/demographics/sqlite.ts'
import { kafkaEventLog } from '../../../stores/event-log/kafka.ts'
import { DIRECTORY, kafkaData, type Say } from '../data.ts'
import { append, type BenchSize, countRecords, fillDemographics, segmentOf } from '../fill.ts'
import { deleteTopic } from '../topics.ts'

/** Our own job's table, points and checkpoints. */
export const STORES = resolve(DIRECTORY, 'peers')
export const pointsFile = join(STORES, 'points.db')

export interface People {
  readonly peopleFile: string
  readonly peopleTopic: string
}

/** Fills what is not there yet. `sizes` differ in their number of events only. */
export async function makeData(
  sizes: readonly BenchSize[],
  brokers: string,
  say: Say,
): Promise<People> {
  const [{ users }] = sizes
  await mkdir(STORES, { recursive: true })
  for (const size of sizes) await kafkaData(size, brokers, say)
  const demographics = sqliteDemographics(join(STORES, 'demographics.db'))
  await fillDemographics(demographics, users)
  await demographics.close()
  return { peopleFile: await fileOf(users), peopleTopic: await topicOf(users, brokers, say) }
}

function* peopleOf(users: number): Generator<{ key: string; value: Buffer }> {
  for (let n = 0; n < users; n++) {
    const key = simulatedUserId(n)
    yield { key, value: Buffer.from(JSON.stringify({ user_id: key, ...segmentOf(n) })) }
  }
}

async function fileOf(users: number): Promise<string> {
  const file = join(STORES, `people-${users}.jsonl`)
  if (existsSync(file)) return file
  const lines = Array.from(peopleOf(users), ({ value }) => `${value}\n`)
  await writeFile(`${file}.unfinished`, lines.join(''))
  await rename(`${file}.unfinished`, file)
  return file
}

async function topicOf(users: number, brokers: string, say: Say): Promise<string> {
  const topic = `bench-people-${users}`
  const log = kafkaEventLog({ brokers: brokers.split(',') })
  try {
    const there = await countRecords(log, topic)
    if (there === users) return topic
    if (there > 0) await deleteTopic(brokers, topic)
    say(`fills ${topic} in ${log.description}`)
    await log.createTopic(topic, 1)
    await append(log, topic, peopleOf(users))
    return topic
  } finally {
    await log.close()
  }
}
