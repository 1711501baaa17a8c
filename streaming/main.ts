// `windrow stream`: the streaming job as a command. The job itself is loaded when it is to run.

import { Option } from 'commander'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { parseTimeMs } from '../data/time.ts'
import { createCommand } from '../kit/command.ts'
import { allOrProblems, type Checked, checkFlags } from '../kit/config.ts'
import { runProgram } from '../kit/program.ts'
import { optionOf } from '../kit/suggestions.ts'
import { z } from '../kit/zod.cjs'
import type { StartAt } from '../stores/event-log/event-log.ts'
import { storeSettings } from '../stores/settings.ts'
import { DEFAULT_CONFIG_FILE, streamingConfig, WORKERS_EXPECTED, workersSchema } from './config.ts'

interface Flags {
  readonly once?: boolean
  readonly json?: boolean
  readonly from?: string
  readonly workers?: string
  readonly host?: string
  readonly config: string
}

const flagsSchema = z.object({
  workers: z.coerce.number(WORKERS_EXPECTED).pipe(workersSchema).optional(),
  host: z.string().min(1, 'expected an address, such as 0.0.0.0').optional(),
})

export const program = createCommand('stream')
  .description(
    'The streaming job: reads events, looks users up, counts in event-time windows, writes points.\n' +
      'Goes on from its last checkpoint; stop it with Ctrl-C at any time.',
  )
  .option(
    '--once',
    'process what is in the log now, write every window, and exit (batch and backfill)',
  )
  .addOption(
    optionOf(
      '--from <place>',
      'start a new job at: earliest, latest, or a time (when records were appended, ISO 8601)',
      ['earliest', 'latest'],
    ),
  )
  .option('--workers <number>', 'threads that share the partitions out among them')
  .option('--host <address>', 'address that /metrics and /status listen on; 0.0.0.0: every one')
  .option('--json', 'at the end, what was read and where the job stands, as an object')
  .addOption(
    new Option('--config <file>', 'settings').default(
      DEFAULT_CONFIG_FILE,
      'streaming/config/streaming.yaml',
    ),
  )
  .addHelpText(
    'after',
    `
Examples:
  windrow stream                          run until stopped
  windrow stream --once                   process the log as it is and exit
  windrow stream --once --from earliest   compute everything again from the beginning
  windrow stream --workers 4              the same points, faster where there are cores

Stores are chosen by KAFKA_BROKERS, MYSQL_HOST and INFLUX_URL (see .env.example); unset, they are embedded.`,
  )
  .action((flags: Flags) => runProgram((signal) => stream(flags, signal)))

async function stream(flags: Flags, signal: AbortSignal): Promise<void> {
  const [settings, fromFile, { workers, host }, from] = allOrProblems(
    storeSettings(process.env),
    streamingConfig(flags.config),
    checkFlags({ workers: flags.workers, host: flags.host }, flagsSchema),
    parseFrom(flags.from),
  )
  const config = {
    ...fromFile,
    ...(workers === undefined ? {} : { workers }),
    ...(host === undefined || fromFile.http === undefined
      ? {}
      : { http: { ...fromFile.http, host } }),
  }
  const options = { pipeline: ecommerce, settings, config, once: flags.once === true }
  // Loaded only now: help and wrong usage answer without the engine and the stores' clients.
  const { streamShowing } = await import('./showing.ts')
  await streamShowing(
    from === undefined ? options : { ...options, from },
    flags.json === true,
    signal,
  )
}

function parseFrom(text: string | undefined): Checked<StartAt | undefined> {
  if (text === undefined || text === 'earliest' || text === 'latest')
    return { value: text, problems: [] }
  const timeMs = parseTimeMs(text)
  if (!Number.isNaN(timeMs)) return { value: { timeMs }, problems: [] }
  const what = `expected earliest, latest or a time like 2026-01-31T12:00:00Z, got "${text}"`
  return { problems: [{ where: '--from', what }] }
}
