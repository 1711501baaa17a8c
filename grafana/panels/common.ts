// What all panels have in common.
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import {
  type DashboardLink,
  DashboardLinkBuilder,
  type DataTransformerConfig,
  type DynamicConfigValue,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Metric, Panel } from '../../data/definitions/metric.ts'
import { stepsOf } from '../../data/definitions/nodes.ts'
import { unitOf } from '../../data/definitions/units.ts'
import { labelOf, wordsOf } from '../../data/definitions/words.ts'
import { exactDuration } from '../../kit/duration.ts'
import type { Asked } from '../queries/influxql.ts'
import type { PanelBuilder } from '../sdk/panel.ts'
import { POINTS } from '../sdk/sources.ts'
import { COUNTRY_TAG, countryNames } from './countries.ts'
import { describe } from './words.ts'

/** What is drawn: a panel of a metric's definition, with what it is asked of. */
export interface Drawing extends Asked {
  readonly shown: Panel
  /** Uid of the dashboard it is on. */
  readonly dashboard: string
}

/** Windows longer than this are not looked at by the minute. */
const LONG_MS = 300_000
const LONG_WINDOWS = 30

/** What a panel shows whatever range is chosen: so many long windows; today so far, and yesterday. Absent: the chosen. */
function rangeOf({ window }: Metric): string | undefined {
  if (window.kind === 'cumulative') return exactDuration(2 * window.sizeMs)
  const { sizeMs } = stepsOf(window)
  return sizeMs > LONG_MS ? exactDuration(LONG_WINDOWS * sizeMs) : undefined
}

/** Title, source, what a reader must know, and the queries. `interval`: the window, so that no interval is shorter. */
export function dressed<B extends PanelBuilder>(
  builder: B,
  { metric, shown }: Drawing,
  title: string,
  targets: readonly Builder<Dataquery>[],
): B {
  builder
    .title(title)
    .description(describe(metric, valuesOf(shown)))
    .datasource(POINTS)
    .interval(exactDuration(stepsOf(metric.window).sizeMs))
  const range = rangeOf(metric)
  if (range !== undefined) builder.timeFrom(range)
  for (const target of targets) builder.withTarget(target)
  return builder
}

export const valuesOf = ({ value, values }: Panel): readonly string[] => values ?? [value]

/** The unit of a value where this panel draws it. */
export const unitIn = ({ metric, shown }: Drawing, value: string): string =>
  unitOf(metric, shown, value)

/** Rows of several queries as one table: by their tags, without times, columns in this order, `labelled` ones renamed. */
export const asTable = (
  columns: readonly string[],
  labelled: readonly string[],
): DataTransformerConfig[] => [
  { id: 'merge', options: {} },
  {
    id: 'organize',
    options: {
      excludeByName: { Time: true },
      indexByName: Object.fromEntries(columns.map((name, index) => [name, index])),
      renameByName: Object.fromEntries(labelled.map((name) => [name, labelOf(name)])),
    },
  },
]

/** Names instead of codes. */
export const namesOf = (tag: string): DynamicConfigValue[] =>
  tag === COUNTRY_TAG ? [{ id: 'mappings', value: [countryNames] }] : []

/** A click in a table's column of a tag filters the dashboard by the value. */
export const filterByCell = (drawing: Drawing, tag: string): DashboardLink =>
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's variable, not ours
  filterLink(drawing, tag, '${__value.raw:percentencode}')

/** A click on what a row draws does so too; none where rows have names: Grafana has no code to give then. */
export const filterByRow = (drawing: Drawing, tag: string): DashboardLink[] =>
  tag === COUNTRY_TAG ? [] : [filterLink(drawing, tag, `\${__data.fields.${tag}:percentencode}`)]

/** The same dashboard, with the value chosen, all other choices and the range kept. */
function filterLink({ dashboard, variables }: Drawing, tag: string, value: string): DashboardLink {
  const kept = variables.filter((name) => name !== tag).map((name) => `\${${name}:queryparam}`)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's variable, not ours
  const query = ['${__url_time_range}', ...kept, `var-${tag}=${value}`].join('&')
  return new DashboardLinkBuilder(`Only this ${wordsOf(tag)}`)
    .url(`/d/${dashboard}?${query}`)
    .build()
}

/** What of a metric's panel is split by; panels that show a tag's values always have one. */
export function splitOf(metric: Metric, { split, title }: Panel): string {
  if (split === undefined)
    throw new Error(`metric "${metric.name}", panel "${title}": expected a tag to split by`)
  return split
}
