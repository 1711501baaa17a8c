// docs/reference/metrics.md: every metric of the shop, from its definition.
import { type Metric, measurementOf, panelsOf } from '../../data/definitions/metric.ts'
import type { WindowNode } from '../../data/definitions/nodes.ts'
import { ecommerce } from '../../data/ecommerce/pipeline.ts'
import { exactDuration } from '../../kit/duration.ts'
import { code, page, table } from './markdown.ts'
import { conditionInWords, valueInWords } from './words.ts'

export const metricsPage = (): string =>
  page(
    'Metrics',
    `What the pipeline ${code(ecommerce.name)} counts, from ${code(ecommerce.topic)}. A measurement in the points store has ` +
      'the name of its metric; windows that are still open are in one that ends in `_open`. How a metric is written: ' +
      '[a first metric](../first-metric.md); the words it is made of: [definitions](definitions.md).',
    table(
      ['metric', 'windows', 'tags', 'what it is'],
      ecommerce.metrics.map((metric) => [
        `[${metric.name}](#${metric.name})`,
        windowInWords(metric.window),
        metric.by.join(', '),
        metric.summary,
      ]),
    ),
    ...ecommerce.metrics.map(sectionOf),
  )

function sectionOf(metric: Metric): string {
  const types = measurementOf(metric).fields
  const facts: [string, string][] = [
    ['events', metric.where === undefined ? 'all' : conditionInWords(metric.where)],
    ['tags', metric.by.map(code).join(', ') || 'none'],
    ['windows', windowInWords(metric.window)],
    ['late events', latenessInWords(metric)],
    [
      'open windows',
      metric.emitEveryMs === undefined ? 'not shown' : `every ${exactDuration(metric.emitEveryMs)}`,
    ],
    ...(metric.top === undefined
      ? []
      : ([
          [
            'largest only',
            `${metric.top.count} of ${metric.top.of.join(' and ')} by ${code(metric.top.value)}, the rest as ${code('other')}`,
          ],
        ] as [string, string][])),
    ...(metric.zerosForMs === undefined
      ? []
      : ([['zeros', `for ${exactDuration(metric.zerosForMs)} after the last event`]] as [
          string,
          string,
        ][])),
    [
      'panels',
      panelsOf(metric)
        .map(({ title, kind = 'series' }) => `${title} (${kind})`)
        .join(', '),
    ],
  ]
  const values = Object.entries(types).map(([name, type]) => [
    code(name),
    type,
    name in metric.values
      ? valueInWords(metric.values[name])
      : 'how many late events corrected the point',
  ])
  return [
    `## ${metric.name}`,
    metric.summary,
    facts.map(([name, what]) => `- **${name}**: ${what}`).join('\n'),
    table(['value', 'type', 'what it is'], values),
  ].join('\n\n')
}

const latenessInWords = ({ allowedLatenessMs }: Metric): string =>
  allowedLatenessMs === 0
    ? 'set aside'
    : `correct their window until ${exactDuration(allowedLatenessMs)} after it closed`

function windowInWords(window: WindowNode): string {
  const zone = window.tz === undefined ? '' : ` by the clock of ${window.tz}`
  switch (window.kind) {
    case 'tumbling':
      return `${exactDuration(window.sizeMs)}, one after the other${zone}`
    case 'hopping':
      return `${exactDuration(window.sizeMs)}, every ${exactDuration(window.everyMs)}${zone}`
    case 'cumulative':
      return `${exactDuration(window.sizeMs)} so far, every ${exactDuration(window.everyMs)}${zone}`
    case 'sessions':
      return (
        `sessions of one ${window.of.name} that ${exactDuration(window.gapMs)} of silence end, ` +
        `per ${exactDuration(window.everyMs)}${zone}`
      )
  }
}
