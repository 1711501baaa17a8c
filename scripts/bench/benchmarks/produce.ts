// How fast `windrow produce --speed max` takes a file of events to Kafka and to the embedded log, beside kafkajs's own send.

import { once } from 'node:events'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { grouped } from '../../../kit/grouped.ts'
import { kafkaEventLog } from '../../../stores/event-log/kafka.ts'
import type { Bench, Benchmark } from '../bench.ts'
import { inTurn, measure } from '../children.ts'
import { DIRECTORY } from '../data.ts'
import { EVENT_BYTES_MAX, EventBytes } from '../events.ts'
import type { Figure } from '../figures.ts'
import type { Measured } from '../measured.ts'
import { cpuUsOf, rateOf } from '../table.ts'
import { deleteTopic } from '../topics.ts'

const KAFKA = 'produce to Kafka'
const KAFKAJS = "kafkajs's own send"
const EMBEDDED = 'produce embedded'
const PARTITIONS = 4

interface Lines {
  readonly all: number
  /** So many are the beginning, which does not count. */
  readonly first: number
}

export const produce: Benchmark = {
  names: ['produce'],
  needs: [],
  run: async (bench) => {
    const lines = bench.isFull
      ? { all: 1_000_000, first: 200_000 }
      : { all: 300_000, first: 100_000 }
    const file = await eventsFile(lines.all, bench)
    const lanes = new Map<string, () => Promise<Measured>>()
    const { brokers } = bench
    if (brokers !== undefined) {
      lanes.set(KAFKA, () => toKafka(file, lines, brokers))
      lanes.set(KAFKAJS, () => byKafkajs(file, lines, brokers))
    }
    lanes.set(EMBEDDED, () => embedded(file, lines))
    const rounds = bench.isFull ? bench.rounds : 1
    const runs = await inTurn(lanes, rounds, (label, measured) =>
      bench.say(`${label}: ${grouped(rateOf(measured))} events/s`),
    )
    return { figures: figuresOf(runs), runs }
  },
}

/** A file of events in the order of their times, a line each. */
async function eventsFile(count: number, { size, say }: Bench): Promise<string> {
  const file = join(DIRECTORY, `events-${count}-${size.users}-${size.seed}.ndjson`)
  if (existsSync(file)) return file
  say(`writes ${file}`)
  await mkdir(DIRECTORY, { recursive: true })
  const out = createWriteStream(`${file}.unfinished`)
  const events = new EventBytes({ users: size.users, seed: size.seed, disorderMs: 1 })
  for (let left = count; left > 0; ) {
    const chunk = Buffer.allocUnsafe(1 << 20)
    let at = 0
    for (; left > 0 && at + EVENT_BYTES_MAX < chunk.length; left--) {
      at = events.next(chunk, at)
      chunk[at++] = 10
    }
    if (!out.write(chunk.subarray(0, at))) await once(out, 'drain')
  }
  await finished(out.end())
  await rename(`${file}.unfinished`, file)
  return file
}

async function toKafka(file: string, lines: Lines, brokers: string): Promise<Measured> {
  return lessTheFirst(lines, async (limit) => {
    const topic = freshName()
    const environment = { KAFKA_BROKERS: brokers, KAFKA_EVENTS_TOPIC: topic }
    try {
      return await run(file, limit, environment)
    } finally {
      await deleteTopic(brokers, topic)
    }
  })
}

const embedded = (file: string, lines: Lines): Promise<Measured> =>
  lessTheFirst(lines, async (limit) => {
    const directory = join(DIRECTORY, freshName())
    try {
      return await run(file, limit, { WINDROW_DATA: directory })
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })

async function byKafkajs(file: string, { all, first }: Lines, brokers: string): Promise<Measured> {
  const topic = freshName()
  const most = Math.min(all, 200_000 + first)
  const counts = [most, first, most].map(String)
  const log = kafkaEventLog({ brokers: brokers.split(',') })
  await log.createTopic(topic, PARTITIONS)
  await log.close()
  try {
    return await measure('scripts/bench/programs/kafkajs-send.ts', [file, topic, ...counts], {
      KAFKA_BROKERS: brokers,
    })
  } finally {
    await deleteTopic(brokers, topic)
  }
}

function run(file: string, limit: number, environment: Record<string, string>): Promise<Measured> {
  const flags = ['--file', file, '--speed', 'max', '--partitions', String(PARTITIONS)]
  const args = ['produce', ...flags, '--limit', String(limit)]
  return measure('scripts/bench/programs/cli.ts', args, environment)
}

/** Of two runs, one with more lines: what those took that the other did not have. */
async function lessTheFirst(
  { all, first }: Lines,
  run: (limit: number) => Promise<Measured>,
): Promise<Measured> {
  const short = await run(first)
  const long = await run(all)
  const steady = {
    events: all - first,
    ms: long.workingMs - short.workingMs,
    cpuS: long.cpuS - short.cpuS,
  }
  return { ...long, events: all, steady }
}

let names = 0
const freshName = (): string => `bench-produce-${process.pid}-${++names}`

function figuresOf(runs: ReadonlyMap<string, readonly Measured[]>): Figure[] {
  const figure = (label: string, name: string, atLeast?: number): Figure[] => {
    const measured = runs.get(label)
    if (measured === undefined) return []
    return [
      {
        name: `produce.${name}`,
        what: `a file of events: ${label}`,
        unit: 'perSecond',
        values: measured.map(rateOf),
        ...(atLeast === undefined ? {} : { goal: { atLeast } }),
      },
      {
        name: `produce.${name}.cpuUs`,
        what: `CPU per event: ${label}`,
        unit: 'us',
        values: measured.map(cpuUsOf),
      },
    ]
  }
  return [
    ...figure(KAFKA, 'kafka', 120_000),
    ...figure(KAFKAJS, 'kafkajs'),
    ...figure(EMBEDDED, 'embedded', 300_000),
  ]
}
