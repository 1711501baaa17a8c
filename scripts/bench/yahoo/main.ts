// `npm run bench:yahoo`: the Yahoo Streaming Benchmark's job on Kafka and on the embedded log, in turn with a kafkajs
// consumer that does nothing, every result held to a plain loop over the same events.
import { join } from 'node:path'
import { measurementOf } from '../../../data/definitions/metric.ts'
import { createCommand } from '../../../kit/command.ts'
import { allOrProblems, checkFlags } from '../../../kit/config.ts'
import { RefusedError } from '../../../kit/errors.ts'
import { grouped } from '../../../kit/grouped.ts'
import { runProgram } from '../../../kit/program.ts'
import { z } from '../../../kit/zod.cjs'
import { sqlitePoints } from '../../../stores/points/sqlite.ts'
import { storeSettings } from '../../../stores/settings.ts'
import { inTurn, type Lanes, measure } from '../children.ts'
import { forgetJobs } from '../data.ts'
import { eventCount, useServices, whole } from '../flags.ts'
import type { Measured } from '../measured.ts'
import { rateOf, table } from '../table.ts'
import { Ads } from './ads.ts'
import { type AdsSize, embeddedAds, eventsOf, kafkaAds, topicOf } from './data.ts'
import type { YahooArguments } from './job.ts'
import { countViews } from './judge.ts'
import { viewsByCampaign } from './pipeline.ts'

const flagsSchema = z.object({
  events: eventCount,
  campaigns: whole,
  partitions: whole,
  seed: whole,
  rounds: whole,
})

const program = createCommand('npm run bench:yahoo --')
  .description('Views of ads per campaign in windows of 10 s: the Yahoo Streaming Benchmark.')
  .option('--events <n>', 'number of events', '1600000')
  .option('--campaigns <n>', 'number of campaigns, of ten ads each', '100')
  .option('--partitions <n>', 'partitions of the topic', '4')
  .option('--seed <n>', 'seed of the data', '42')
  .option('--rounds <n>', 'how often each program is run, in turn', '5')
  .addHelpText(
    'after',
    `
Kafka is that of KAFKA_BROKERS, or of \`windrow services up\`; without it (KAFKA_BROKERS= npm run bench:yahoo) only the
embedded log is measured.`,
  )

await runProgram(async () => {
  const [size] = allOrProblems(checkFlags(program.parse().opts(), flagsSchema))
  useServices()
  const [{ kafka }] = allOrProblems(storeSettings(process.env))
  const expected = countViews(eventsOf(size), new Ads(size.campaigns, size.seed).campaignOf)
  const lanes = await lanesOf(size, kafka?.brokers.join(','), expected)
  const runs = await inTurn(lanes, size.rounds, (label, measured, round) =>
    say(`${round} of ${size.rounds}: ${label}: ${grouped(rateOf(measured))} events/s`),
  )
  const views = [...expected.values()].reduce((sum, n) => sum + n, 0)
  process.stdout.write(
    `\n${table(runs)}${grouped(views)} views in ${grouped(expected.size)} points, each time as a plain loop counts them\n`,
  )
})

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

async function lanesOf(
  size: AdsSize,
  brokers: string | undefined,
  expected: ReadonlyMap<string, number>,
): Promise<Lanes> {
  const topic = topicOf(size)
  // The first third is the beginning; the last record of the log ends the job, not the steady part.
  const steady = [Math.round(size.events / 3), Math.round(size.events * 0.95)] as const
  const given: YahooArguments = { campaigns: size.campaigns, seed: size.seed, steady }
  const directory = await embeddedAds(size, say)
  const job = (stores: Readonly<Record<string, string>>) => async (): Promise<Measured> => {
    await forgetJobs(directory)
    const environment = { WINDROW_DATA: directory, KAFKA_EVENTS_TOPIC: topic, ...stores }
    const measured = await measure(
      'scripts/bench/yahoo/job.ts',
      [JSON.stringify(given)],
      environment,
    )
    await compare(directory, expected)
    return measured
  }
  const lanes = new Map([['job embedded', job({})]])
  if (brokers === undefined) return lanes
  await kafkaAds(size, brokers, say)
  lanes.set('kafkajs, doing nothing', () =>
    measure('scripts/bench/bare-consumer.ts', [topic, String(size.events), ...steady.map(String)], {
      KAFKA_BROKERS: brokers,
    }),
  )
  return lanes.set('job on Kafka', job({ KAFKA_BROKERS: brokers }))
}

/** Throws where the job's points are not those of the plain loop. */
async function compare(directory: string, expected: ReadonlyMap<string, number>): Promise<void> {
  const store = sqlitePoints(join(directory, 'points.db'))
  const points = await store.read(measurementOf(viewsByCampaign), {})
  await store.close()
  const counted = new Map(
    points.map(({ tags, fields, timeMs }) => [`${tags.campaign_id} ${timeMs}`, fields.views]),
  )
  const keys = [...new Set([...expected.keys(), ...counted.keys()])]
  const wrong = keys.filter((key) => counted.get(key) !== expected.get(key))
  if (wrong.length === 0) return
  const [first] = wrong
  throw new RefusedError(
    `${wrong.length} of ${expected.size} points are not those of a plain loop, e.g. ${first}: ` +
      `expected ${expected.get(first) ?? 'none'}, got ${counted.get(first) ?? 'none'}`,
  )
}
