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
import { DEFAULT_HOST, DEFAULT_PORT } from './address.ts'

const flagsSchema = z.object({ port: portSchema, host: z.string().min(1) })

export const program = createCommand('dashboard')
  .description('Shows the pipeline’s metrics in the browser, live.')
  .option('--port <port>', 'port; the next free one if it is taken', String(DEFAULT_PORT))
  .option('--host <address>', 'address to listen on; 0.0.0.0: every one', DEFAULT_HOST)
  .option('--json', 'where the page is, as an object')
  .addHelpText(
    'after',
    `
Examples:
  windrow dashboard
  windrow dashboard --port 8080 --host 0.0.0.0

Reads the points store: InfluxDB when INFLUX_URL is set, else a SQLite file in WINDROW_DATA.
There is no login: on another address than 127.0.0.1 everyone who reaches it sees the numbers.`,
  )
  .action((flags: Readonly<Record<string, unknown>>) =>
    runProgram((signal) => serve(flags, signal)),
  )

async function serve(flags: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void> {
  const log = createLog('dashboard')
  const [settings, { port, host }] = allOrProblems(
    storeSettings(process.env),
    checkFlags({ port: flags.port, host: flags.host }, flagsSchema),
  )
  // Loaded only now: help and wrong usage answer without them.
  const { describeStores, openPoints } = await import('../stores/open.ts')
  const { startDashboard } = await import('./server.ts')
  const points = await openPoints(settings)
  try {
    await points.prepare().catch((error: unknown) => {
      if (!(error instanceof UnavailableError)) throw error
      log.warn(
        `${error.message}\n  starting anyway: the page shows the numbers once the store answers`,
      )
    })
    const dashboard = await startDashboard({ pipeline: ecommerce, points, port, host, log })
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
