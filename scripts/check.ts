// `windrow check`: configuration, schema, metrics, dashboards and stores in one go, before anything is started.
import { createCommand } from '../kit/command.ts'
import { runProgram } from '../kit/program.ts'
import { print, printJson } from '../kit/stdout.ts'
import { hasColours } from '../kit/terminal.ts'

interface Flags {
  readonly config?: string
  readonly offline?: boolean
  readonly json?: boolean
}

export const program = createCommand('check')
  .description(
    'Looks whether all is well before anything is started: configuration, schema, metrics and how many series each will\n' +
      'have, dashboards, and whether every chosen store can be reached and used. Every problem is told at once, with its place.',
  )
  .option('--offline', 'without the stores, e.g. in CI')
  .option('--config <file>', "the job's settings (default: streaming/config/streaming.yaml)")
  .option('--json', 'an object instead of text')
  .addHelpText(
    'after',
    `
Examples:
  windrow check
  windrow check --offline       definitions and files alone
  windrow check --json

Nothing is started, sent or written; an InfluxDB bucket and embedded files that are missing are made, as by the job.
Exit codes: 0 all is well, or warnings only; 1 a problem; 2 the configuration is wrong; 3 no other problem than a store that
did not answer.`,
  )
  .action((flags: Flags) => runProgram(() => check(flags)))

async function check({ config: file, offline = false, json = false }: Flags): Promise<void> {
  // Loaded only now: help answers at once, and a metric that is wrong must be a finding.
  const { checkConfiguration } = await import('./check/configuration.ts')
  const { checkDashboards, checkSchema } = await import('./check/generated.ts')
  const { checkDefinitions, seriesFindings, seriesOf } = await import('./check/metrics.ts')
  const { exitCodeOf } = await import('./check/report.ts')
  const { section: configuration, settings, config } = checkConfiguration(file)
  const { pipeline, files, section: definitions } = await checkDefinitions()
  const dashboards = pipeline === undefined ? [] : [await checkDashboards()]
  const isStored = !offline && settings && config && pipeline
  const stores = isStored
    ? await (await import('./check/stores.ts')).checkStores(settings, config, pipeline)
    : undefined
  const metrics =
    stores && pipeline && config
      ? {
          ...definitions,
          findings: [
            ...definitions.findings,
            ...seriesFindings(files, pipeline, stores.known, config.seriesBudget),
          ],
        }
      : definitions
  const others = [checkSchema(), metrics, ...dashboards, ...(stores?.sections ?? [])]
  const sections = [configuration, ...others]
  const series = stores && pipeline ? seriesOf(pipeline, stores.known) : []
  process.exitCode = exitCodeOf(configuration, others)
  const { checkText } = await import('./check/text.ts')
  if (json) await printJson({ isWell: process.exitCode === 0, sections, series })
  else await print(checkText(sections, series, hasColours(process.stdout)))
  // A store that is silent would hold the program until its connections give up.
  process.stdout.write('', () => process.exit())
}
