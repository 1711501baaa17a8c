// `npm run bench:peers`: the same work on other systems, each in its own way, in turn with ours. What is compared is CPU
// per event; every event must be accounted for.

import { createCommand } from '../../../kit/command.ts'
import { allOrProblems, checkFlags } from '../../../kit/config.ts'
import { RefusedError } from '../../../kit/errors.ts'
import { runProgram } from '../../../kit/program.ts'
import { z } from '../../../kit/zod.cjs'
import { storeSettings } from '../../../stores/settings.ts'
import { eventCount, someOf, useServices, whole } from '../flags.ts'
import { resultOf, saveResult } from '../results.ts'
import { goalsTable } from '../table.ts'
import { peersFigures, peersTable } from './compare.ts'
import { makeData } from './data.ts'
import { chosenLanes, LANE_NAMES, type Lane, SYSTEM_NAMES } from './lanes.ts'
import { type Extent, inTurn, type Peers, prepared } from './rounds.ts'

/** Events of a run, and when so many are read its steady part begins. */
type Marks = readonly [fromEvents: number, events: number]
const QUICK: Marks = [1_000_000, 3_000_000]
const FULL: Marks = [3_000_000, 9_000_000]

const NAMES = [...new Set([...SYSTEM_NAMES, ...LANE_NAMES])]

const flagsSchema = z.object({
  full: z.boolean().default(false),
  only: someOf(NAMES).default(SYSTEM_NAMES),
  rounds: whole,
  events: eventCount.optional(),
  seed: whole,
  under: z
    .string()
    .transform((text) => text.split(' '))
    .default([]),
  save: z.boolean(),
})
type Flags = z.output<typeof flagsSchema>

const program = createCommand('npm run bench:peers --')
  .description(
    'Runs the same work on Kafka Streams, Flink SQL, Spark, @kafkats/flow and windrow, in turn.',
  )
  .option('--full', 'nine million events instead of three, but for the slow ones')
  .option(
    '--only <names>',
    `some of ${SYSTEM_NAMES.join(',')} (default: all), or one of their ways`,
  )
  .option('--rounds <n>', 'how often each is run, in turn', '3')
  .option('--events <n>', 'events of a run; the steady part begins after a third of them')
  .option('--seed <n>', 'seed of the data', '42')
  .option('--under <command>', 'start each program under this one, e.g. "taskset -c 0"')
  .option('--no-save', 'keep no result')
  .addHelpText(
    'after',
    `
Needs Kafka: that of KAFKA_BROKERS, or of \`windrow services up kafka\`. The systems are downloaded at their first use by
Maven, pip and npm (1 GB), and kept in .windrow/peers and Maven's own cache; those that cannot be had are left out.
The ways: ${LANE_NAMES.join(', ')}.
docs/performance.md tells what each does, and what was found.`,
  )

await runProgram(async (signal) => {
  const [flags] = allOrProblems(checkFlags(program.parse().opts(), flagsSchema))
  const bench = await benchOf(flags, signal)
  const lanes = await prepared(chosenLanes(flags.only), bench.say, signal)
  const runs = await inTurn(lanes, bench, flags.rounds)
  const found = lanes.map(({ lane }) => lane)
  const figures = peersFigures(found, runs)
  process.stdout.write(`\n${peersTable(found, runs)}\n`)
  const goals = figures.filter(({ goal }) => goal !== undefined)
  if (goals.length > 0) process.stdout.write(`${goalsTable(goals)}\n`)
  if (!flags.save || signal.aborted) return
  const file = saveResult(resultOf(figures, { kind: 'peers', rounds: flags.rounds }, Date.now()))
  process.stdout.write(`kept in ${file}\n`)
})

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

async function benchOf(flags: Flags, signal: AbortSignal): Promise<Peers> {
  useServices()
  const [{ kafka }] = allOrProblems(storeSettings(process.env))
  if (kafka === undefined)
    throw new RefusedError('There is no Kafka: set KAFKA_BROKERS, or windrow services up kafka')
  const brokers = kafka.brokers.join(',')
  const given: Marks | undefined =
    flags.events === undefined ? undefined : [Math.round(flags.events / 3), flags.events]
  const usual = given ?? (flags.full ? FULL : QUICK)
  const slow = given ?? QUICK
  const extent = ([fromEvents, events]: Marks): Extent => ({
    fromEvents,
    size: { events, users: 100_000, partitions: 4, seed: flags.seed },
  })
  const people = await makeData([extent(usual).size, extent(slow).size], brokers, say)
  const extentOf = ({ isSlow }: Lane) => extent(isSlow ? slow : usual)
  return { brokers, people, extentOf, under: flags.under, say, signal }
}
