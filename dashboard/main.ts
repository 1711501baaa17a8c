// The dashboard alone: `windrow dashboard`. Shows the points of whichever store is in use.

import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { createCommand } from '../kit/command.ts'
import { allOrProblems, checkFlags } from '../kit/config.ts'
import { UnavailableError } from '../kit/errors.ts'
import { portSchema } from '../kit/listen.ts'
import { createLog } from '../kit/log.ts'
import { runProgram } from '../kit/program.ts'
import { printJson } from '../kit/stdout.ts'
import { z } from '../kit/zod.cjs'
import { storeSettings } from '../stores/settings.ts'
import { DEFAULT_HOST, DEFAULT_JOB_URL, DEFAULT_PORT } from './address.ts'

const flagsSchema = z.object({
  port: portSchema,
  host: z.string().min(1),
  job: z
    .string()
    .refine(
      (text) => URL.canParse(text) && /^https?:[^?#@]*$/.test(text),
      `expected an address like ${DEFAULT_JOB_URL}`,
    ),
})

export const program = createCommand('dashboard')
  .description('Shows the pipeline’s metrics in the browser, live.')
  .option('--port <port>', 'port; the next free one if it is taken', String(DEFAULT_PORT))
  .option('--host <address>', 'address to listen on; 0.0.0.0: every one', DEFAULT_HOST)
  .option('--job <url>', `where the job serves its state (default: ${DEFAULT_JOB_URL})`)
  .option('--json', 'where the page is, as an object')
  .addHelpText(
    'after',
    `
Examples:
  windrow dashboard
  windrow dashboard --port 8080 --host 0.0.0.0
  windrow dashboard --job http://127.0.0.1:4101

Reads the points store: InfluxDB when INFLUX_URL is set, else a SQLite file in WINDROW_DATA.
The page "Engine" asks the job how it is, at --job or WINDROW_JOB_URL, and shows dead letters with their content.
There is no login: on another address than 127.0.0.1 everyone who reaches it sees all of that.`,
  )
  .action((flags: Readonly<Record<string, unknown>>) =>
    runProgram((signal) => serve(flags, signal)),
  )

async function serve(flags: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void> {
  const log = createLog('dashboard')
  const job = flags.job ?? process.env.WINDROW_JOB_URL ?? DEFAULT_JOB_URL
  const [settings, { port, host, job: jobUrl }] = allOrProblems(
    storeSettings(process.env),
    checkFlags({ port: flags.port, host: flags.host, job }, flagsSchema),
  )
  // Loaded only now: help and wrong usage answer without them.
  const { describeStores, openPoints } = await import('../stores/open.ts')
  const { openArchive } = await import('../stores/open-set-aside.ts')
  const { startDashboard } = await import('./server.ts')
  const points = await openPoints(settings)
  try {
    await points.prepare().catch((error: unknown) => {
      if (!(error instanceof UnavailableError)) throw error
      log.warn(
        `${error.message}\n  starting anyway: the page shows the numbers once the store answers`,
      )
    })
    const engine = {
      jobUrl: () => jobUrl,
      topic: settings.eventsTopic,
      openDeadLetters: () => openArchive(settings, 'dead_letters'),
    }
    const dashboard = await startDashboard({ pipeline: ecommerce, points, port, host, log, engine })
    log.info(describeStores({ points }))
    log.info(`the page is at ${dashboard.url} (Ctrl-C stops)`)
    if (flags.json === true) await printJson({ url: dashboard.url })
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    await dashboard.close()
  } finally {
    await points.close()
  }
}
