// `windrow points <metric>`: prints the points of a metric from whichever store is in use. Standard output has only
// the result; what is said about it goes to standard error.

import { Option } from 'commander'
import type { Metric } from '../data/definitions/metric.ts'
import { measurementOf, openMeasurementOf } from '../data/definitions/metric.ts'
import { rollUp } from '../data/definitions/rollup.ts'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { stillOpen } from '../data/open-points.ts'
import type { Measurement, Point } from '../data/point.ts'
import { createCommand } from '../kit/command.ts'
import { allOrProblems } from '../kit/config.ts'
import { WINDROW } from '../kit/invocation.ts'
import { runProgram } from '../kit/program.ts'
import { print, printJson } from '../kit/stdout.ts'
import { argumentOf, optionOf } from '../kit/suggestions.ts'
import type { PointsStore } from '../stores/points/points-store.ts'
import { type StoreSettings, storeSettings } from '../stores/settings.ts'
import { checkArguments, type PointsFlags, type PointsRequest } from './points/arguments.ts'
import { csv, json, type ShownPoint, table } from './points/format.ts'

const say = (text: string) => process.stderr.write(`${text}\n`)

const EXAMPLES = `
Examples:
  windrow points                                         the metrics there are
  windrow points revenue_by_category --from -1h          the last hour
  windrow points events_by_segment --by country          added up to a row per window and country
  windrow points revenue_by_category --by category --every 1h
  windrow points revenue_by_category --open --from -1m   with the windows that are still open
  windrow points conversion_by_segment --format csv > conversion.csv
  windrow points events_by_segment --from 2026-01-31T12:00Z --to 2026-01-31T13:00Z --format json

Times without a zone are in UTC. A point's time is the start of its window; --to is not included.`

export const program = createCommand('points')
  .description('Prints the points of a metric from the points store in use.')
  .addArgument(
    argumentOf(
      '[metric]',
      'name of the metric; without it, lists the metrics',
      ecommerce.metrics.map(({ name }) => name),
    ),
  )
  .option('--from <time>', 'windows that start then or later: ISO 8601, now, or -1h')
  .option('--to <time>', 'windows that start before')
  .addOption(
    optionOf(
      '--by <tags>',
      'adds up to these tags, e.g. country,gender; none: no tag (default: all)',
      [...new Set([...ecommerce.metrics.flatMap(({ by }) => by), 'none'])],
      true,
    ),
  )
  .option('--every <duration>', 'adds up windows to such a length, e.g. 1m or 1h')
  .option('--open', 'windows that are still open too, marked: of metrics with emit: { every }')
  .addOption(
    new Option('--format <format>', 'how to print')
      .choices(['table', 'json', 'csv'])
      .default('table'),
  )
  .option('--json', 'as --format json')
  .option('--limit <rows>', 'rows of a table at most, the latest; 0: all (default: 50)')
  .addHelpText('after', EXAMPLES)
  .action((name: string | undefined, flags: PointsFlags) =>
    runProgram(async () => {
      if (name !== undefined)
        await printPoints(name, flags.json ? { ...flags, format: 'json' } : flags)
      else if (flags.json || flags.format === 'json')
        await printJson(ecommerce.metrics.map(described))
      else await print(listOf(ecommerce.metrics))
    }),
  )

async function printPoints(name: string, flags: PointsFlags): Promise<void> {
  const [request, settings] = allOrProblems<[PointsRequest, StoreSettings]>(
    checkArguments(name, flags, ecommerce.metrics, Date.now()),
    storeSettings(process.env),
  )
  // Loaded only now: help and wrong usage answer without the stores' clients.
  const { describeStores, openPoints } = await import('../stores/open.ts')
  const store = await openPoints(settings)
  try {
    await store.prepare()
    say(describeStores({ points: store }))
    const read = await store.read(measurementOf(request.metric), request)
    const { points: final, measurement, notes } = addUp(request, read)
    for (const note of notes) say(`note: ${note}`)
    const points = request.open ? await withOpen(store, request, final) : final
    if (points.length === 0) say(whyNone(request))
    await print(rendered(request, points, measurement))
  } finally {
    await store.close()
  }
}

/** Final rows, then those of windows that are still open, each marked. */
async function withOpen(
  store: PointsStore,
  request: PointsRequest,
  rows: readonly Point[],
): Promise<ShownPoint[]> {
  const { metric } = request
  if (metric.emitEveryMs === undefined)
    say(
      `note: ${metric.name} shows windows when they close; ` +
        "emit: { every: '1s' } in its definition shows open ones too",
    )
  const written = await store.read(openMeasurementOf(metric), request)
  const [first] = written
  const since = first && (await store.read(measurementOf(metric), { fromMs: first.timeMs }))
  const open = stillOpen(written, since ?? [])
  return [
    ...rows.map((point) => ({ ...point, final: true })),
    ...addUp(request, open).points.map((point) => ({ ...point, final: false })),
  ]
}

function addUp(
  { metric, by, bucketMs }: PointsRequest,
  points: readonly Point[],
): { points: readonly Point[]; measurement: Measurement; notes: readonly string[] } {
  const all = measurementOf(metric)
  if (bucketMs === undefined && by.join() === all.tags.join())
    return { points, measurement: all, notes: [] }
  return rollUp(metric, ecommerce.enrichment, points, {
    by,
    ...(bucketMs === undefined ? {} : { bucketMs }),
  })
}

function rendered(
  { format, limit, metric }: PointsRequest,
  points: readonly ShownPoint[],
  measurement: Measurement,
): Iterable<string> {
  if (format === 'csv') return csv(points, measurement)
  if (format === 'json') return json(points, measurement)
  if (points.length === 0) return []
  const shown = points.slice(-Math.min(limit, points.length))
  const rows = points.length === 1 ? '1 row' : `${points.length} rows`
  say(
    shown.length === points.length
      ? rows
      : `the last ${shown.length} of ${rows}; --limit 0 shows all, --from and --to choose others`,
  )
  return table(shown, measurement, metric)
}

function whyNone({ metric, fromMs, toMs }: PointsRequest): string {
  const ranged = Number.isFinite(fromMs) || Number.isFinite(toMs)
  return (
    `no points of ${metric.name}${ranged ? ' in this range' : ' yet'}; ` +
    `\`${WINDROW} stream\` writes them, from the events that \`${WINDROW} produce\` sends` +
    (ranged ? '. Without --from and --to every point is shown.' : '.')
  )
}

const described = ({ name, summary, by, values }: Metric) => ({
  ...{ name, summary, tags: by, values: Object.keys(values) },
})

function* listOf(metrics: readonly Metric[]): Generator<string> {
  for (const metric of metrics) {
    const { name, summary, tags, values } = described(metric)
    yield `${name}\n  ${summary}\n`
    yield `  tags: ${tags.join(', ')}; values: ${values.join(', ')}\n\n`
  }
  yield `${WINDROW} points <metric> prints its points.\n`
}
