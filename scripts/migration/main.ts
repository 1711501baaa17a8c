// `npm run migration:check`: runs every job of the page on migration, as it is printed there, over the same small topic, and
// compares what they come to with ours.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { measurementOf } from '../../data/definitions/metric.ts'
import { definePipeline } from '../../data/definitions/pipeline.ts'
import { ecommerce } from '../../data/ecommerce/pipeline.ts'
import { createCommand } from '../../kit/command.ts'
import { allOrProblems, checkFlags } from '../../kit/config.ts'
import { RefusedError } from '../../kit/errors.ts'
import { silentLog } from '../../kit/log.ts'
import { runProgram } from '../../kit/program.ts'
import { z } from '../../kit/zod.cjs'
import type { EventLog } from '../../stores/event-log/event-log.ts'
import { openEventLog, openPoints } from '../../stores/open.ts'
import { type StoreSettings, storeSettings } from '../../stores/settings.ts'
import { DEFAULT_CONFIG_FILE, streamingConfig } from '../../streaming/config.ts'
import { runStream } from '../../streaming/run.ts'
import { countRecords } from '../bench/fill.ts'
import { someOf, useServices } from '../bench/flags.ts'
import { deleteTopic } from '../bench/topics.ts'
import { commandOf, PEERS, type Peer } from './peers.ts'
import { differences, ofPoints, ofTopic, type Revenue } from './revenue.ts'
import { revenueByCategoryAndCountry } from './windrow/revenue.ts'
import { appendLast, appendPeople, LAST_WINDOW_MS, makeWorld } from './world.ts'

/** Other topics' names begin with it. */
const TOPIC = 'windrow-migration'
const PEOPLE = `${TOPIC}.people`
const DATABASE = 'windrow_migration'
const GIVE_UP_MS = 600_000
const POLL_MS = 500
/** So long nothing more may come. */
const QUIET_MS = 3_000

const program = createCommand('npm run migration:check --')
  .description('Runs the jobs of docs/migration.md on their systems and compares them with ours.')
  .option('--only <names>', `some of ${PEERS.join(',')}`, PEERS.join(','))
  .addHelpText(
    'after',
    `
Needs Kafka and MySQL: those of KAFKA_BROKERS and MYSQL_HOST, or of \`windrow services up\`; a JDK 17 with Maven, and
Python 3. The systems are downloaded at their first use, as for \`npm run bench:peers\`.`,
  )

/** What every run has in common. */
interface World {
  readonly log: EventLog
  /** What our job came to, in windows that are closed everywhere. */
  readonly expected: Revenue
  readonly environment: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

await runProgram(async (signal) => {
  const flags = checkFlags(program.parse().opts(), z.object({ only: someOf(PEERS) }))
  const [{ only }] = allOrProblems(flags)
  useServices()
  const directory = mkdtempSync(join(tmpdir(), 'windrow-migration-'))
  const environment = environmentIn(directory)
  const [settings] = allOrProblems(storeSettings(environment))
  const { kafka, mysql } = settings
  if (kafka === undefined || mysql === undefined)
    throw new RefusedError('Needs KAFKA_BROKERS and MYSQL_HOST: windrow services up kafka mysql')
  const brokers = kafka.brokers.join(',')
  await deleteTopic(brokers, TOPIC)
  const log = await openEventLog(settings)
  try {
    await makeWorld(environment, signal)
    await appendPeople(log, PEOPLE, settings)
    await appendLast(log, TOPIC)
    const expected = await computed(settings, signal)
    say(`windrow: ${expected.size} points`)
    const JDBC_URL = `jdbc:mysql://${mysql.host}:${mysql.port}/${DATABASE}`
    const world = { log, expected, environment: { ...environment, JDBC_URL }, signal }
    const wrong = []
    for (const peer of only as Peer[]) wrong.push(...(await compared(peer, world)))
    if (wrong.length > 0) throw new RefusedError(`Not the same:\n${wrong.slice(0, 20).join('\n')}`)
  } finally {
    await log.close()
    await deleteTopic(brokers, TOPIC)
    rmSync(directory, { recursive: true, force: true })
  }
})

function environmentIn(directory: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...{ KAFKA_EVENTS_TOPIC: TOPIC, MYSQL_DATABASE: DATABASE },
    ...{ INFLUX_URL: '', CHECKPOINTS: '', WINDROW_DATA: directory },
    ...{ EVENTS: TOPIC, PEOPLE },
  }
}

/** What differs, a line each. */
async function compared(peer: Peer, world: World): Promise<string[]> {
  const theirs = await runPeer(peer, world)
  const wrong = differences(world.expected, theirs)
  say(`${peer}: ${theirs.size} points, ${wrong.length} differ`)
  return wrong.map((line) => `${peer}: ${line}`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** The points of our job. */
async function computed(settings: StoreSettings, signal: AbortSignal): Promise<Revenue> {
  const [config] = allOrProblems(streamingConfig(DEFAULT_CONFIG_FILE))
  const pipeline = definePipeline({ ...ecommerce, metrics: [revenueByCategoryAndCountry] })
  await runStream({ pipeline, settings, config, once: true, from: 'earliest' }, silentLog, signal)
  const points = await openPoints(settings)
  try {
    const toMs = LAST_WINDOW_MS
    return ofPoints(await points.read(measurementOf(revenueByCategoryAndCountry), { toMs }))
  } finally {
    await points.close()
  }
}

/** Runs a job until its topic has as many records as we have points, and a little longer. */
async function runPeer(peer: Peer, world: World): Promise<Revenue> {
  const { log, expected, signal } = world
  const topic = `${TOPIC}.revenue.${peer}`
  await log.createTopic(topic, 1)
  const [file, ...args] = await commandOf(peer, { say, signal })
  const own = { REVENUE: topic, APPLICATION: `${TOPIC}.${peer}` }
  const CHECKPOINT = join(String(world.environment.WINDROW_DATA), peer)
  const child = spawn(file, args, {
    env: { ...world.environment, ...own, CHECKPOINT },
    // A group of its own, so that all it starts ends with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const told: string[] = []
  for (const one of [child.stdout, child.stderr]) one.on('data', (text) => told.push(`${text}`))
  try {
    const giveUpMs = performance.now() + GIVE_UP_MS
    while ((await countRecords(log, topic)) < expected.size && performance.now() < giveUpMs) {
      if (child.exitCode !== null)
        throw new Error(`${peer} ended with ${child.exitCode}:\n${told.join('').slice(-4000)}`)
      await delay(POLL_MS, undefined, { signal })
      await appendLast(log, TOPIC)
    }
    await delay(QUIET_MS, undefined, { signal })
    return await ofTopic(log, topic)
  } finally {
    await killed(child)
  }
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  process.kill(-child.pid, 'SIGKILL')
  await gone
}
