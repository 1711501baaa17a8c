// `npm run bench:peers`: the same work on other systems, each in its own way, in turn with ours. What is compared is CPU
// per event; every event must be accounted for.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { createCommand } from '../../../kit/command.ts'
import { allOrProblems, checkFlags } from '../../../kit/config.ts'
import { RefusedError } from '../../../kit/errors.ts'
import { grouped } from '../../../kit/grouped.ts'
import { runProgram } from '../../../kit/program.ts'
import { storeSettings } from '../../../stores/settings.ts'
import { type BenchSize, topicOf } from '../fill.ts'
import { resultOf, saveResult } from '../results.ts'
import { cpuUsOf, goalsTable, rateOf } from '../table.ts'
import { peersFigures, peersTable, type Run, type Runs, steadyRun } from './compare.ts'
import { makeData, type People } from './data.ts'
import { LANES, type Lane, SYSTEMS } from './lanes.ts'
import { checkOutcome, outcomeOf, type Program } from './system.ts'
import { runTree } from './tree.ts'

const SERVICES_ENV = join('.windrow', 'services', 'env')
/** Smaller and larger run. */
type Sizes = readonly [smaller: number, larger: number]
const QUICK: Sizes = [1_000_000, 3_000_000]
const FULL: Sizes = [3_000_000, 9_000_000]

const whole = z.coerce.number('expected a number').int('expected a whole number').min(1)
const flagsSchema = z.object({
  full: z.boolean().default(false),
  only: z
    .string()
    .transform((text) => text.split(','))
    .refine((names) => names.every((name) => SYSTEMS.includes(name)), {
      error: `expected some of ${SYSTEMS.join(',')}`,
    })
    .default(SYSTEMS),
  rounds: whole,
  events: whole.min(10_000, 'expected at least 10,000').optional(),
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
  .option('--full', 'nine million events instead of three; the slow ones stay at three')
  .option('--only <names>', `some of ${SYSTEMS.join(',')} (default: all)`)
  .option('--rounds <n>', 'how often each is run, in turn', '3')
  .option('--events <n>', 'events of the larger run; the smaller has a third')
  .option('--seed <n>', 'seed of the data', '42')
  .option('--under <command>', 'start each program under this one, e.g. "taskset -c 0"')
  .option('--no-save', 'keep no result')
  .addHelpText(
    'after',
    `
Needs Kafka: that of KAFKA_BROKERS, or of \`npm run services:up kafka\`. The systems are downloaded at their first use by
Maven, pip and npm (1 GB), and kept in .windrow/peers and Maven's own cache; those that cannot be had are left out.
docs/performance.md tells what each does, and what was found.`,
  )

await runProgram(async (signal) => {
  const [flags] = allOrProblems(checkFlags(program.parse().opts(), flagsSchema))
  const bench = await benchOf(flags, signal)
  const lanes = await preparedLanes(flags.only, signal)
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

interface Peers {
  readonly brokers: string
  readonly people: People
  readonly sizesOf: (lane: Lane) => readonly [BenchSize, BenchSize]
  readonly under: readonly string[]
  readonly signal: AbortSignal
}

async function benchOf(flags: Flags, signal: AbortSignal): Promise<Peers> {
  if (existsSync(SERVICES_ENV)) process.loadEnvFile(SERVICES_ENV)
  const [{ kafka }] = allOrProblems(storeSettings(process.env))
  if (kafka === undefined)
    throw new RefusedError('There is no Kafka: set KAFKA_BROKERS, or npm run services:up kafka')
  const brokers = kafka.brokers.join(',')
  const size = (events: number): BenchSize => ({
    events,
    users: 100_000,
    partitions: 4,
    seed: flags.seed,
  })
  const both = ([smaller, larger]: Sizes) => [size(smaller), size(larger)] as const
  const usual: Sizes =
    flags.events === undefined
      ? flags.full
        ? FULL
        : QUICK
      : [Math.round(flags.events / 3), flags.events]
  const slow: Sizes = flags.full && flags.events === undefined ? QUICK : usual
  const people = await makeData([...both(usual), ...both(slow)], brokers, say)
  const sizesOf = ({ isSlow }: Lane) => both(isSlow ? slow : usual)
  return { brokers, people, sizesOf, under: flags.under, signal }
}

interface Prepared {
  readonly lane: Lane
  readonly program: Program
}

/** Those of the systems that are, or can be, had here; of the others it is said what they need. */
async function preparedLanes(only: readonly string[], signal: AbortSignal): Promise<Prepared[]> {
  const programs = new Map<string, Program>()
  for (const system of new Set(LANES.map(({ system }) => system))) {
    if (!only.includes(system.name)) continue
    const missing = await system.missing()
    if (missing !== undefined) {
      say(`${system.name}: left out, ${missing}`)
      continue
    }
    try {
      programs.set(system.name, await system.prepare({ say, signal }))
    } catch (error) {
      signal.throwIfAborted()
      say(`${system.name}: left out, ${messageOf(error)}`)
    }
  }
  if (programs.size === 0) throw new RefusedError('None of the chosen systems can be had here.')
  return LANES.flatMap((lane) => {
    const program = programs.get(lane.system.name)
    return program === undefined ? [] : [{ lane, program }]
  })
}

/** Every program `rounds` times, in turn, so that a change of the machine's speed meets all. */
async function inTurn(prepared: readonly Prepared[], peers: Peers, rounds: number): Promise<Runs> {
  const runs = new Map<string, Run[]>()
  const failed = new Set<string>()
  for (let round = 1; round <= rounds; round++)
    for (const { lane, program } of prepared) {
      if (failed.has(lane.name)) continue
      const [smaller, larger] = peers.sizesOf(lane)
      try {
        const run = steadyRun(
          await runOnce(lane, program, smaller, peers),
          await runOnce(lane, program, larger, peers),
        )
        runs.set(lane.name, [...(runs.get(lane.name) ?? []), run])
        const { outcome } = run
        say(
          `${round} of ${rounds}: ${lane.label}: ${grouped(rateOf(run))} events/s, ` +
            `${cpuUsOf(run).toFixed(2)} µs; counted ${grouped(outcome.counted)}, ` +
            `late ${grouped(outcome.late)}, open ${grouped(outcome.open)}`,
        )
      } catch (error) {
        peers.signal.throwIfAborted()
        failed.add(lane.name)
        runs.delete(lane.name)
        say(`${lane.label}: left out, ${messageOf(error)}`)
      }
    }
  return runs
}

async function runOnce(lane: Lane, program: Program, size: BenchSize, peers: Peers): Promise<Run> {
  const { brokers, people, under, signal } = peers
  const { events } = size
  const task = { brokers, topic: topicOf(size), events, ...people, words: lane.words }
  await program.before?.()
  const { output, cpuS, peakMiB } = await runTree(program.command(task), under, signal)
  const outcome = (await program.outcome?.(output, task)) ?? outcomeOf(output)
  checkOutcome(task, outcome)
  return { events, workingMs: outcome.workingMs, cpuS, peakMiB, outcome }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
