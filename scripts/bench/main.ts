// `npm run bench`: how fast the job is, beside a bare kafkajs consumer on the same topic in the same run. A benchmark, not
// a test: on a busy machine compare ratios, never single rates.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import { createCommand } from '../../kit/command.ts'
import { allOrProblems, checkFlags } from '../../kit/config.ts'
import { grouped } from '../../kit/grouped.ts'
import { runProgram } from '../../kit/program.ts'
import { sqliteDemographics } from '../../stores/demographics/sqlite.ts'
import { kafkaEventLog } from '../../stores/event-log/kafka.ts'
import { sqliteEventLog } from '../../stores/event-log/sqlite.ts'
import { type BenchSize, fillDemographics, fillLog, topicOf } from './fill.ts'
import { type Measured, parseMeasured } from './measured.ts'
import { table } from './table.ts'

const DIRECTORY = join('.windrow', 'bench')
const SERVICES_ENV = join('.windrow', 'services', 'env')

const whole = z.coerce.number('expected a number').int('expected a whole number').min(1)
const flagsSchema = z.object({
  events: whole,
  users: whole,
  partitions: whole,
  seed: whole,
  rounds: whole,
  json: z.string().optional(),
})

const program = createCommand('npm run bench --')
  .description(
    'Measures `stream --once` on the embedded log and on Kafka, beside a kafkajs consumer that does nothing.',
  )
  .option('--events <n>', 'number of events', '3000000')
  .option('--users <n>', 'number of users', '100000')
  .option('--partitions <n>', 'partitions of the topic', '4')
  .option('--seed <n>', 'seed of the data', '42')
  .option('--rounds <n>', 'how often each is run, in turn', '3')
  .option('--json <file>', 'write the figures there as well')
  .addHelpText(
    'after',
    `
Kafka is the one of KAFKA_BROKERS, or the one of \`npm run services:up kafka\`; without it only the embedded log is measured.
Data is made once for each size and kept in ${DIRECTORY} and in a topic named after the size.`,
  )

await runProgram(async () => {
  const [flags] = allOrProblems(checkFlags(program.parse().opts(), flagsSchema))
  if (process.env.KAFKA_BROKERS === undefined && existsSync(SERVICES_ENV))
    process.loadEnvFile(SERVICES_ENV)
  const brokers = process.env.KAFKA_BROKERS
  await prepare(flags, brokers)
  const runs = await measure(flags, brokers)
  process.stdout.write(`\n${table(runs)}\n`)
  if (flags.json !== undefined)
    await writeFile(
      flags.json,
      JSON.stringify({ flags, cpu: cpus()[0].model, node: process.version, runs }, null, 2),
    )
})

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

async function prepare(size: BenchSize, brokers: string | undefined): Promise<void> {
  await mkdir(DIRECTORY, { recursive: true })
  const demographics = sqliteDemographics(join(DIRECTORY, 'demographics.db'))
  await fillDemographics(demographics, size.users)
  await demographics.close()
  say(`data: ${grouped(size.events)} events of ${grouped(size.users)} users`)
  const logs = [sqliteEventLog(join(DIRECTORY, 'events.db'))]
  if (brokers === undefined)
    say('no Kafka: only the embedded log is measured. For both: npm run services:up kafka')
  else logs.push(kafkaEventLog({ brokers: brokers.split(',') }))
  for (const log of logs) {
    say(`  ${log.description}: ${(await fillLog(log, size)) ? 'filled' : 'there already'}`)
    await log.close()
  }
}

/** Every program `rounds` times, in turn, so that a change of the machine's speed meets all. */
async function measure(
  flags: BenchSize & { rounds: number },
  brokers: string | undefined,
): Promise<ReadonlyMap<string, readonly Measured[]>> {
  const topic = topicOf(flags)
  const job = {
    WINDROW_DATA: DIRECTORY,
    KAFKA_EVENTS_TOPIC: topic,
    KAFKA_BROKERS: '',
    MYSQL_HOST: '',
    INFLUX_URL: '',
  }
  const programs = new Map([['job, embedded log', () => run('job.ts', [], job)]])
  if (brokers !== undefined) {
    programs.set('kafkajs, doing nothing', () =>
      run('bare-consumer.ts', [topic, String(flags.events)], { KAFKA_BROKERS: brokers }),
    )
    programs.set('job, Kafka', () => run('job.ts', [], { ...job, KAFKA_BROKERS: brokers }))
  }
  const runs = new Map<string, Measured[]>([...programs.keys()].map((name) => [name, []]))
  for (let round = 1; round <= flags.rounds; round++) {
    for (const [name, start] of programs) {
      const measured = await start()
      runs.get(name)?.push(measured)
      say(
        `round ${round} of ${flags.rounds}: ${name}: ${grouped((measured.events * 1000) / measured.workingMs)} events/s`,
      )
    }
  }
  return runs
}

async function run(
  script: string,
  args: readonly string[],
  environment: Record<string, string>,
): Promise<Measured> {
  const file = fileURLToPath(new URL(`./${script}`, import.meta.url))
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', file, ...args],
    {
      env: { ...process.env, ...environment },
    },
  )
  return parseMeasured(stdout)
}
