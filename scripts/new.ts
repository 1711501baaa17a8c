// `windrow new metric <name>`: a definition, its test, its place in the pipeline and its panels, from a line of flags.

import { demographicsEnrichment } from '../data/ecommerce/vocabulary.ts'
import { eventSchema } from '../data/events.generated.ts'
import { createCommand } from '../kit/command.ts'
import { allOrProblems } from '../kit/config.ts'
import { ConfigError } from '../kit/errors.ts'
import { WINDROW } from '../kit/invocation.ts'
import { runProgram } from '../kit/program.ts'
import { print, printJson } from '../kit/stdout.ts'
import { optionOf } from '../kit/suggestions.ts'
import type { MetricFlags } from './new/specification.ts'
import type { Written } from './new/write.ts'

const named = (...kinds: readonly string[]) =>
  eventSchema.fields.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name)
const TEXT = [...named('string'), ...demographicsEnrichment.fields]
const NUMBER = named('integer', 'decimal')

const IDS = [eventSchema.idField, demographicsEnrichment.key]

/** An option that may be given several times. */
const several = (flags: string, description: string, values: readonly string[]) =>
  optionOf(flags, description, values).argParser((one: string, all: string[] = []) => [...all, one])

interface Flags extends MetricFlags {
  readonly dryRun?: boolean
  readonly json?: boolean
}

export const program = createCommand('new')
  .description('Makes what is to be filled: a metric, with its test and its panels.')
  .addHelpText(
    'after',
    `
Examples:
  windrow new metric events_per_minute
  windrow new metric clicks_by_country --where event_type=click --by country

windrow new metric --help has all flags.`,
  )

program
  .command('metric')
  .summary('a metric: definition, test, panels')
  .description(
    'Writes a metric: data/ecommerce/<name>.ts and its test, its name into pipeline.ts, and its panels for Grafana.\n' +
      'Without flags: events per minute, to begin with. The job computes it from the log at its next start.',
  )
  .argument('<name>', 'in snake case: clicks_by_page')
  .addOption(
    several(
      '--where <field=value>',
      'only such events; a,b: either; again: and',
      named('string').map((name) => `${name}=`),
    ),
  )
  .addOption(optionOf('--by <fields>', 'tags: a point for each of their values', TEXT, true))
  .option('--window <length>', '10s, 5m, 1h, 1d', '1m')
  .option('--count', 'the number of events (the default)')
  .addOption(
    several('--sum <name=field>', 'a sum: quantity, or revenue=quantity*unit_price', NUMBER),
  )
  .addOption(several('--avg <name=field>', 'a mean', NUMBER))
  .addOption(several('--min <name=field>', 'the least', NUMBER))
  .addOption(several('--max <name=field>', 'the largest', NUMBER))
  .addOption(several('--distinct <name=field>', 'how many different values: users=user_id', TEXT))
  .option('--lateness <duration>', 'how long late events correct a window')
  .option('--title <text>', 'of the panel')
  .addOption(
    optionOf('--unit <id>', "Grafana's, of the first value", [
      'short',
      'currencyUSD',
      'percentunit',
    ]),
  )
  .option('--dry-run', 'show the definition, write nothing')
  .option('--json', 'the files as an object instead of text')
  .addHelpText(
    'after',
    `
Examples:
  windrow new metric events_per_minute
  windrow new metric clicks_by_country --where event_type=click --by country --window 1m --count
  windrow new metric sales --where event_type=purchase --by category --sum revenue=quantity*unit_price --unit currencyUSD
  windrow new metric visitors --by country --distinct users=user_id --window 1h --dry-run

Text fields: ${TEXT.join(', ')}.
Number fields: ${NUMBER.join(', ')}.`,
  )
  .action((name: string, flags: Flags) => runProgram(() => newMetric(name, flags)))

async function newMetric(name: string, flags: Flags): Promise<void> {
  const { loadMetricFiles, METRICS_DIRECTORY } = await import('./definitions/metric-files.ts')
  const { specificationOf } = await import('./new/specification.ts')
  const files = await loadMetricFiles(METRICS_DIRECTORY)
  const wrong = files.flatMap(({ problem }) => problem ?? [])
  // What is generated is made from all metrics.
  if (wrong.length > 0) throw new ConfigError(wrong, 'Metrics are wrong; mend them first')
  const metrics = files.flatMap((file) => file.metrics.map((one) => one.name))
  const [spec] = allOrProblems(
    specificationOf(name, flags, { text: TEXT, number: NUMBER, ids: IDS, metrics }),
  )
  if (flags.dryRun) {
    const { metricSource } = await import('./new/source.ts')
    return print([metricSource(spec, eventSchema)])
  }
  const { writeMetric } = await import('./new/write.ts')
  const written = await writeMetric(spec)
  if (flags.json) await printJson(written)
  else await print(text(name, written))
}

function* text(name: string, { metric, test, pipeline, generated }: Written): Generator<string> {
  yield `${metric}: the metric\n`
  yield `${test}: its test, with what it computes now: look whether that is what you mean\n`
  if (pipeline === undefined) {
    yield '\ndata/ecommerce/pipeline.ts is not written as expected, so add the metric there: import it, and put it into metrics.\n'
    yield `Then: ${WINDROW} generate grafana\n`
    return
  }
  yield `${pipeline}: has it in its list\n`
  for (const file of generated) yield `${file}: generated again\n`
  yield `
Next:
  ${WINDROW} start           if it runs already it has seen the metric: the page shows it in a moment
  ${WINDROW} stream          the job by itself: stop a running one with Ctrl-C, and start it again
  ${WINDROW} points ${name}

Either computes the metric from the log, and goes on with the others where they were; ${WINDROW} plan says what that takes.
`
}
