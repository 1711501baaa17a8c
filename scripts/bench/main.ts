// `windrow bench`: how fast the job is, by the goals it has. A benchmark, not a test: everything that is compared runs in
// turn, and of a busy machine only the ratios mean something.

import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { createCommand } from '../../kit/command.ts'
import { allOrProblems, checkFlags } from '../../kit/config.ts'
import { WINDROW } from '../../kit/invocation.ts'
import { runProgram } from '../../kit/program.ts'
import { print, printJson } from '../../kit/stdout.ts'
import { optionOf } from '../../kit/suggestions.ts'
import { z } from '../../kit/zod.cjs'
import { storeSettings } from '../../stores/settings.ts'
import type { Bench, Benchmark, Outcome } from './bench.ts'
import { growth } from './benchmarks/growth.ts'
import { latency } from './benchmarks/latency.ts'
import { memory } from './benchmarks/memory.ts'
import { pause } from './benchmarks/pause.ts'
import { produce } from './benchmarks/produce.ts'
import { seed } from './benchmarks/seed.ts'
import { start } from './benchmarks/start.ts'
import { throughput } from './benchmarks/throughput.ts'
import { variants } from './benchmarks/variants.ts'
import { historyChart } from './chart.ts'
import { endAll } from './children.ts'
import { DIRECTORY } from './data.ts'
import type { Figure } from './figures.ts'
import { eventCount, someOf, useServices, whole } from './flags.ts'
import { RESULTS, resultOf, savedResults, saveResult } from './results.ts'
import { goalsTable, table } from './table.ts'

const BENCHMARKS: readonly Benchmark[] = [
  throughput,
  memory,
  latency,
  pause,
  start,
  produce,
  growth,
  seed,
  variants,
]
const NAMES = [...new Set(BENCHMARKS.flatMap(({ names }) => names))]
const STORES = { brokers: 'Kafka', mysql: 'MySQL', influx: 'InfluxDB' } as const

/** What two minutes suffice for. */
const QUICK_NAMES = [
  'kafka',
  'embedded',
  'memory',
  'latency',
  'pause',
  'start',
  'produce',
  'growth',
]
const CHART = join(RESULTS, 'history.svg')

/** Runs over so many events, whose steady part is that between two marks: the rest is the beginning, and some to spare. */
const QUICK = { events: 1_600_000, steady: [800_000, 1_500_000] } as const
const FULL = { events: 9_450_000, steady: [3_000_000, 9_000_000] } as const

const flagsSchema = z.object({
  full: z.boolean().default(false),
  only: someOf(NAMES).optional(),
  rounds: whole,
  events: eventCount.optional(),
  seed: whole,
  save: z.boolean(),
  json: z.boolean().default(false),
})

export const program = createCommand('bench')
  .description('Measures the job by its goals: in two minutes, or all of it with --full.')
  .option('--full', 'more events, and what takes minutes, such as 10,000,000 users')
  .addOption(
    optionOf(
      '--only <names>',
      `some of ${NAMES.join(',')} (default: ${QUICK_NAMES.join(',')}; with --full all)`,
      NAMES,
      true,
    ),
  )
  .option('--rounds <n>', 'how often each program is run, in turn', '5')
  .option('--events <n>', 'events of a run')
  .option('--seed <n>', 'seed of the data', '42')
  .option('--no-save', 'keep no result')
  .option('--json', 'the figures as an object instead of tables')
  .addHelpText(
    'after',
    `
Examples:
  windrow bench                              what two minutes suffice for
  windrow bench --only kafka,embedded        how fast the job is, and nothing else
  windrow bench --full --json > result.json

The real stores are those of KAFKA_BROKERS, MYSQL_HOST and INFLUX_URL, or those of \`windrow services up\`; without Kafka
(KAFKA_BROKERS= windrow bench) the embedded log is measured and compared with nothing.
Data is made once for each size and kept: in ${DIRECTORY}, in topics and in a database whose names begin with "bench".
Results and their chart are in scripts/bench/results.`,
  )
  .action((flags: Readonly<Record<string, unknown>>) =>
    runProgram((signal) => runBenchmarks(flags, signal)),
  )

async function runBenchmarks(
  given: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<void> {
  const [flags] = allOrProblems(checkFlags(given, flagsSchema))
  const bench = benchOf(flags, signal)
  signal.addEventListener('abort', endAll, { once: true })
  const outcomes = await runAll(bench, new Set(flags.only ?? (flags.full ? NAMES : QUICK_NAMES)))
  const figures = outcomes.flatMap((outcome) => outcome.figures)
  const kind = flags.full ? 'full' : 'quick'
  const result = resultOf(figures, { kind, rounds: flags.rounds }, Date.now())
  if (flags.json) await printJson(result)
  else await print(resultText(outcomes, figures))
  if (!flags.save) return
  const file = saveResult(result)
  writeFileSync(CHART, historyChart(savedResults()))
  say(`\nkept in ${relative('.', file)}, drawn in ${relative('.', CHART)}`)
}

function* resultText(outcomes: readonly Outcome[], figures: readonly Figure[]): Generator<string> {
  for (const { runs } of outcomes) if (runs !== undefined) yield `\n${table(runs)}`
  yield `\n${goalsTable(figures)}`
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

function benchOf(flags: z.output<typeof flagsSchema>, signal: AbortSignal): Bench {
  useServices()
  const [{ kafka, mysql, influx }] = allOrProblems(storeSettings(process.env))
  const whatFor = flags.full ? FULL : QUICK
  const events = flags.events ?? whatFor.events
  const [from, to] = whatFor.steady.map((mark) => Math.round((mark * events) / whatFor.events))
  return {
    isFull: flags.full,
    size: { events, users: 100_000, partitions: 4, seed: flags.seed },
    steady: [from, to],
    rounds: flags.rounds,
    ...(kafka && { brokers: kafka.brokers.join(',') }),
    ...(mysql && { mysql }),
    ...(influx && { influx }),
    say,
    signal,
  }
}

async function runAll(bench: Bench, chosen: ReadonlySet<string>): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const benchmark of BENCHMARKS) {
    const names = benchmark.names.filter((name) => chosen.has(name))
    if (names.length === 0) continue
    const missing = benchmark.needs.filter((store) => bench[store] === undefined)
    if (missing.length > 0) {
      const needed = missing.map((store) => STORES[store]).join(', ')
      say(`${names.join(', ')}: left out, as there is no ${needed}. For it: ${WINDROW} services up`)
      continue
    }
    const outcome = await benchmark.run(bench, new Set(names)).catch((error: unknown) => {
      // Programs that were ended because of it failed, too.
      throw bench.signal.aborted ? bench.signal.reason : error
    })
    outcomes.push(outcome)
  }
  return outcomes
}
