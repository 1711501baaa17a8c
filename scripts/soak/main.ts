// `windrow soak`: producer, job and standby under load; one of them is killed every 20 s, real stores break in between.
// At the end every point must be what DuckDB makes of the log. Exit code 1 on any difference.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Option } from 'commander'
import { createCommand } from '../../kit/command.ts'
import { allOrProblems, checkFlags } from '../../kit/config.ts'
import { formatDuration } from '../../kit/duration.ts'
import { EXIT } from '../../kit/exit-codes.ts'
import { grouped } from '../../kit/grouped.ts'
import { runProgram } from '../../kit/program.ts'
import { printJson } from '../../kit/stdout.ts'
import { z } from '../../kit/zod.cjs'
import { RunningProgram, runToEnd } from '../testing/programs.ts'
import { Actor } from './actor.ts'
import { type Checked, check } from './check.ts'
import { embeddedPlace, realPlace, type SoakPlace } from './place.ts'

const KILL_EVERY_MS = 20_000
/** Less than the job takes for idle: a silent store must not look like a quiet stream. */
const OUTAGE_MS = 8_000
const STOP_WITHIN_MS = 10_000
const USERS = '2000'

const flagsSchema = z.object({
  minutes: z.coerce.number('expected a number').positive('expected more than 0'),
  stores: z.enum(['embedded', 'real']),
  rate: z.coerce.number('expected a number').int('expected a whole number').min(1),
  json: z.boolean().default(false),
})

export const program = createCommand('soak')
  .description(
    'Runs the whole path for a while, kills its programs and breaks its stores, and then checks every point.',
  )
  .option('--minutes <n>', 'how long', '10')
  .addOption(
    new Option('--stores <kind>', 'embedded, or Kafka, MariaDB and InfluxDB of its own')
      .choices(['embedded', 'real'])
      .default('embedded'),
  )
  .option('--rate <n>', 'events per second', '300')
  .option('--json', 'what was found, as an object')
  .addHelpText(
    'after',
    `
Examples:
  windrow soak --minutes 1                  embedded stores; nothing of yours is touched
  windrow soak --minutes 10 --stores real   with servers of its own, which are broken by turns`,
  )
  .action((given: Readonly<Record<string, unknown>>) =>
    runProgram(async (signal) => {
      const [flags] = allOrProblems(checkFlags(given, flagsSchema))
      const place = flags.stores === 'real' ? await realPlace() : embeddedPlace()
      try {
        const isWell = await soak(place, flags.minutes * 60_000, flags, signal)
        if (!isWell) process.exitCode = EXIT.failed
      } finally {
        await place.end()
      }
    }),
  )

const startMs = performance.now()
function say(what: string): void {
  const seconds = String(Math.round((performance.now() - startMs) / 1000)).padStart(5)
  process.stderr.write(`${seconds} s  ${what}\n`)
}

async function soak(
  place: SoakPlace,
  forMs: number,
  { rate, json }: { readonly rate: number; readonly json: boolean },
  signal: AbortSignal,
): Promise<boolean> {
  await runToEnd('seed', ['--users', USERS], place.direct)
  const actors = startActors(place, rate)
  const done = new Map<string, number>()
  const count = (what: string) => {
    say(what)
    done.set(what, (done.get(what) ?? 0) + 1)
  }
  try {
    await disturb(place, actors, forMs, count, signal)
    if (signal.aborted) {
      say('interrupted: nothing was checked')
      return false
    }
    for (const actor of actors) await actor.stop(STOP_WITHIN_MS)
  } catch (error) {
    await Promise.all(actors.map((actor) => actor.end()))
    throw error
  } finally {
    if (signal.aborted) await Promise.all(actors.map((actor) => actor.end()))
  }
  // At the same addresses as before: for others it would be another job, which begins anew.
  say('the job finishes what is in the log')
  const { err } = await runToEnd('stream', ['--once'], place.environment)
  process.stderr.write(err)
  const checked = await check(place)
  const findings = actors.flatMap((actor) => actor.findings)
  const audit = await new RunningProgram('audit', [], place.environment).ended
  const ledger = audit.out.trimEnd().split('\n').at(-1) ?? ''
  if (audit.code !== 0) findings.push(`the ledger: ${ledger}${audit.err}`)
  // Computed anew, every point would be overwritten, and so would be what is wrong.
  if (!err.includes('goes on from checkpoint'))
    findings.push('the job did not go on from its checkpoint: what it had written is not checked')
  if (json)
    await printJson({
      events: checked.events,
      done: Object.fromEntries(done),
      comparisons: checked.comparisons,
      ledger,
      findings,
    })
  else process.stdout.write(report(done, checked, ledger, findings))
  return findings.length === 0 && checked.comparisons.every((one) => one.different.length === 0)
}

function startActors({ dir, environment }: SoakPlace, rate: number): readonly Actor[] {
  const config = join(dir, 'soak.yaml')
  writeFileSync(config, 'checkpoint_every: 2s\nhttp: off\n')
  const job = () => new RunningProgram('stream', ['--config', config], environment)
  let seed = 0
  const shop = ['--arrivals', 'steady', '--users', USERS, '--rate', String(rate)]
  const produce = () =>
    new RunningProgram('produce', [...shop, '--seed', String(++seed)], environment)
  return [new Actor('producer', produce), new Actor('job A', job), new Actor('job B', job)]
}

/** Kills and outages, by turns, until the time is over; at the end everything is whole. */
async function disturb(
  { outages }: SoakPlace,
  actors: readonly Actor[],
  forMs: number,
  count: (what: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => {})
  const endMs = performance.now() + forMs
  for (let round = 0; performance.now() < endMs && !signal.aborted; round++) {
    const roundEndMs = performance.now() + KILL_EVERY_MS
    // A stride that has no common divisor with their number: all come to their turn, the stores mixed.
    const outage = outages[(round * 4) % Math.max(outages.length, 1)]
    await pause(2_000)
    if (outage !== undefined) {
      count(outage.name)
      await outage.begin()
      await pause(OUTAGE_MS)
      await outage.end()
    }
    await pause(Math.min(roundEndMs, endMs) - performance.now())
    // What has just been started is not stopped at once.
    if (roundEndMs > endMs || signal.aborted) return
    const actor = actors[round % actors.length]
    count(`${actor.name} killed`)
    await actor.kill()
  }
}

function report(
  done: ReadonlyMap<string, number>,
  { events, comparisons }: Checked,
  ledger: string,
  findings: readonly string[],
): string {
  const lines = [...done].sort().map(([what, times]) => `  ${what.padEnd(50)} ${times}`)
  const points = comparisons.map(({ metric, expected, different }) => {
    const verdict = different.length === 0 ? 'all equal' : `${grouped(different.length)} differ`
    const first = different.slice(0, 5).map((line) => `\n    ${line}`)
    return `  ${metric.padEnd(50)} ${grouped(expected)} points by DuckDB, ${verdict}${first.join('')}`
  })
  const found = findings.length === 0 ? ['  nothing'] : findings.map((finding) => `  ${finding}`)
  const took = formatDuration(Math.round((performance.now() - startMs) / 1000) * 1000)
  return [
    `\nDone in ${took}, ${grouped(events)} events:`,
    ...lines,
    'Points:',
    ...points,
    `Ledger:\n  ${ledger}`,
    'Found besides:',
    ...found,
    '',
  ].join('\n')
}
