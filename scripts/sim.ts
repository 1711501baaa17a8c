// `windrow sim`: worlds of the simulation, one with its steps or many at once. See streaming/decisions/simulation.md.

import { writeFile } from 'node:fs/promises'
import { systemClock } from '../kit/clock.ts'
import { createCommand } from '../kit/command.ts'
import { allOrProblems, checkFlags } from '../kit/config.ts'
import { formatDuration } from '../kit/duration.ts'
import { EXIT } from '../kit/exit-codes.ts'
import { grouped } from '../kit/grouped.ts'
import { WINDROW } from '../kit/invocation.ts'
import { createLog } from '../kit/log.ts'
import { runProgram } from '../kit/program.ts'
import { type ProgressOptions, showProgress } from '../kit/progress.ts'
import { print, printJson } from '../kit/stdout.ts'
import { optionOf } from '../kit/suggestions.ts'
import { z } from '../kit/zod.cjs'
import { type Reduction, SWITCHES, WHOLE } from '../streaming/sim/settings.ts'
import type { Outcome } from '../streaming/sim/simulate.ts'
import { SimWorker } from './sim/sim-worker.ts'

/** Problems of a world that are shown. */
const SHOWN_MAX = 12
/** Worlds that fail are told up to so many; then it is enough. */
const FAILURES_MAX = 5
const PROGRESS: ProgressOptions = {
  terminal: process.stderr,
  log: createLog('sim'),
  clock: systemClock,
  unit: 'worlds',
}

const whole = z.coerce.number('expected a number').int('expected a whole number')
const flagsSchema = z.object({
  seed: whole.optional(),
  seeds: whole.min(1).optional(),
  fromSeed: whole,
  workers: whole.min(1),
  steps: z.string().optional(),
  off: z
    .string()
    .transform((text) => text.split(',').filter((name) => name !== ''))
    .pipe(z.array(z.enum(SWITCHES, `expected some of ${SWITCHES.join(', ')}`))),
  percent: whole.min(1).max(100),
  partitions: whole.min(1).max(8),
  json: z.boolean().default(false),
})

export const program = createCommand('sim')
  .description(
    'Lives through simulated worlds: log, stores, clock and faults from one seed. At the end of each, every point, every\n' +
      'record set aside and the ledger must be what a naive oracle computes from the log.',
  )
  .option('--seed <n>', 'one world, with its steps')
  .option('--steps <file>', 'of one world: write the steps there')
  .addOption(
    optionOf(
      '--off <list>',
      `of one world: without some of ${SWITCHES.join(', ')}`,
      SWITCHES,
      true,
    ).default(''),
  )
  .option('--percent <n>', 'of one world: with so many of a hundred of its records', '100')
  .option('--partitions <n>', 'of one world: with so many partitions at most', '8')
  .option('--seeds <n>', 'so many worlds')
  .option('--from-seed <n>', 'the first of them', '1')
  .option('--workers <n>', 'processes', '1')
  .option('--json', 'how it ended, as an object; of one world also its steps')
  .addHelpText(
    'after',
    `
Examples:
  windrow sim --seeds 500                       500 worlds; a failing one tells how to replay it
  windrow sim --seeds 10000 --workers 2
  windrow sim --seed 42 --steps steps.txt       one of them, step by step

Exit codes: 0 all is well, 1 a world failed; others: windrow help exit-codes.`,
  )
  .action((flags: Readonly<Record<string, unknown>>) => runProgram((signal) => sim(flags, signal)))

async function sim(given: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void> {
  const [flags] = allOrProblems(checkFlags(given, flagsSchema))
  const { seed, seeds, fromSeed, workers, steps, off, percent, partitions, json } = flags
  if (seed !== undefined) {
    const reduction = { off: new Set(off), percent, partitionsMax: partitions }
    await one(seed, reduction, steps, json)
  } else await many(seeds ?? 100, fromSeed, workers, json, signal)
}

async function one(
  seed: number,
  reduction: Reduction,
  file: string | undefined,
  isJson: boolean,
): Promise<void> {
  const { simulate } = await import('../streaming/sim/simulate.ts')
  const outcome = await simulate(seed, reduction, true)
  const text = `${outcome.steps.join('\n')}\n`
  if (file !== undefined) await writeFile(file, text)
  if (isJson) await printJson(outcome)
  else if (file === undefined) await print([text])
  process.stderr.write(
    `seed ${seed}: ${grouped(outcome.stepCount)} steps, digest ${outcome.digest.slice(0, 16)}\n` +
      (outcome.problems.length === 0 ? 'all is well\n' : problemsText(outcome)),
  )
  if (outcome.problems.length > 0) process.exitCode = EXIT.failed
}

async function many(
  count: number,
  from: number,
  workerCount: number,
  isJson: boolean,
  signal: AbortSignal,
): Promise<void> {
  // Before the processes load it: what is wrong with it is told once, and here.
  const { smallest } = await import('../streaming/sim/simulate.ts')
  const startedMs = performance.now()
  let next = from
  let done = 0
  let stepCount = 0
  const failed: Outcome[] = []
  const isOver = () => next >= from + count || signal.aborted || failed.length >= FAILURES_MAX
  const progress = showProgress(PROGRESS, () => ({
    done,
    fraction: done / count,
    notes: failed.length > 0 ? [`${failed.length} failed`] : [],
  }))
  const work = async () => {
    const worker = new SimWorker()
    while (!isOver()) {
      const outcome = await worker.simulate(next++)
      done++
      stepCount += outcome.stepCount
      if (outcome.problems.length > 0) failed.push(outcome)
    }
    worker.end()
  }
  await Promise.all(Array.from({ length: workerCount }, work)).finally(() => progress.stop())
  const took = formatDuration(performance.now() - startedMs)
  for (const outcome of failed) {
    process.stderr.write(`\nseed ${outcome.seed} failed:\n${problemsText(outcome)}`)
    process.stderr.write(`  replay: ${commandOf(outcome.seed, WHOLE)}\n`)
    process.stderr.write(`  smaller: ${commandOf(outcome.seed, await smallest(outcome.seed))}\n`)
  }
  process.stderr.write(
    `${grouped(done)} worlds (${grouped(stepCount)} steps) in ${took}: ` +
      `${failed.length === 0 ? 'all is well' : `${failed.length} failed`}\n`,
  )
  if (isJson) await printJson({ worlds: done, steps: stepCount, failed: failed.map(briefly) })
  if (failed.length > 0) process.exitCode = EXIT.failed
}

const briefly = ({ seed, problems }: Outcome) => ({ seed, problems })

function problemsText({ problems }: Outcome): string {
  const shown = problems.slice(0, SHOWN_MAX).map((problem) => `  • ${problem}\n`)
  const left = problems.length - SHOWN_MAX
  return shown.join('') + (left > 0 ? `  … and ${left} more\n` : '')
}

function commandOf(seed: number, { off, percent, partitionsMax }: Reduction): string {
  const flags = [
    off.size > 0 && `--off ${[...off].join(',')}`,
    percent < WHOLE.percent && `--percent ${percent}`,
    partitionsMax < WHOLE.partitionsMax && `--partitions ${partitionsMax}`,
    '--steps steps.txt',
  ]
  return `${WINDROW} sim --seed ${seed} ${flags.filter(Boolean).join(' ')}`
}
