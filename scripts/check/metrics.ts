// Whether the metrics are right, and how many series each is expected to have.

import type { Metric } from '../../data/definitions/metric.ts'
import { panelsOf } from '../../data/definitions/metric.ts'
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import {
  type Combinations,
  expectedSeries,
  idTags,
  tagSources,
} from '../../data/definitions/series.ts'
import { grouped } from '../../kit/grouped.ts'
import {
  lineOf,
  loadMetricFiles,
  loadOnce,
  METRICS_DIRECTORY,
  type MetricFile,
} from '../definitions/metric-files.ts'
import { errors, type Finding, type Section } from './report.ts'

/** A tag with more values is no tag to look at: a list that nobody reads. */
export const TAG_VALUES_MAX = 1_000

const PIPELINE = new URL('../../data/ecommerce/pipeline.ts', import.meta.url)

export interface Definitions {
  readonly section: Section
  /** Absent: definitions are wrong. */
  readonly pipeline?: Pipeline
  readonly files: readonly MetricFile[]
}

/** Loads every metric by itself, then the pipeline. */
export async function checkDefinitions(loadModule = loadOnce): Promise<Definitions> {
  const files = await loadMetricFiles(METRICS_DIRECTORY, loadModule)
  const wrong = files.flatMap(({ problem }) => problem ?? [])
  const failed = { name: 'metrics', summary: `${files.length} files in data/ecommerce` }
  if (wrong.length > 0) return { files, section: { ...failed, findings: errors(wrong) } }
  try {
    const { ecommerce } = (await loadModule(PIPELINE.href)) as { ecommerce: Pipeline }
    const panels = ecommerce.metrics.flatMap(panelsOf)
    const findings = [...notListed(files, ecommerce), ...idFindings(files, ecommerce)]
    const summary = `${ecommerce.metrics.length} metrics, ${panels.length} panels`
    return { files, pipeline: ecommerce, section: { name: 'metrics', summary, findings } }
  } catch (error) {
    const where = 'data/ecommerce/pipeline.ts'
    const findings = errors([{ where, what: (error as Error).message }])
    return { files, section: { ...failed, findings } }
  }
}

function notListed(files: readonly MetricFile[], { metrics }: Pipeline): Finding[] {
  return files.flatMap(({ path, metrics: own }) =>
    own
      .filter(({ name }) => !metrics.some((one) => one.name === name))
      .map(({ name }): Finding => {
        const what = `${name} is in no pipeline, so that nothing computes it: add it to metrics in data/ecommerce/pipeline.ts`
        return { level: 'warning', where: path, what }
      }),
  )
}

/** Ids as tags, which need no counting to be told. */
export function idFindings(files: readonly MetricFile[], pipeline: Pipeline): Finding[] {
  return pipeline.metrics.flatMap((metric) =>
    idTags(metric, pipeline.schema, pipeline.enrichment).map((tag) => ({
      level: 'error' as const,
      where: placeOfTags(files, metric),
      what: `${metric.name}: expected tags with few values, got "${tag}", an id: a series for each of them. ${instead(tag)}`,
    })),
  )
}

const instead = (tag: string) =>
  `Count it (countDistinct(field('${tag}'))), or show the largest (top: { count: 10, of: ['${tag}'], value: '…' })`

const placeOfTags = (files: readonly MetricFile[], { name }: Metric): string => {
  const file = files.find(({ metrics }) => metrics.some((one) => one.name === name))
  return file === undefined ? name : `${file.path}:${lineOf(file.text, /\bby:/) || 1}`
}

export interface SeriesOf {
  readonly metric: string
  readonly tags: readonly string[]
  /** Absent: not known, as there are no events or no people yet. */
  readonly series?: number
}

/** What is known of values: of a metric's events, and of the table. */
export interface Known {
  readonly ofEvents: (metric: Metric) => Combinations
  readonly ofTable: Combinations
}

export const seriesOf = ({ metrics, enrichment }: Pipeline, known: Known): SeriesOf[] =>
  metrics.map((metric) => {
    const series = expectedSeries(metric, enrichment, known.ofEvents(metric), known.ofTable)
    return { metric: metric.name, tags: metric.by, ...(series === undefined ? {} : { series }) }
  })

/** Tags with too many values, and metrics with too many series. */
export function seriesFindings(
  files: readonly MetricFile[],
  pipeline: Pipeline,
  known: Known,
  budget: number,
): Finding[] {
  const { schema, enrichment } = pipeline
  const all = seriesOf(pipeline, known)
  return pipeline.metrics.flatMap((metric, index): Finding[] => {
    const where = placeOfTags(files, metric)
    const ids = idTags(metric, schema, enrichment)
    const free = metric.by.filter((tag) => !metric.top?.of.includes(tag) && !ids.includes(tag))
    const long = free.flatMap((tag): Finding[] => {
      const isOfTable = tagSources({ by: [tag] }, enrichment).ofTable.length > 0
      const values = isOfTable ? known.ofTable([tag]) : known.ofEvents(metric)([tag])
      if (values === undefined || values <= TAG_VALUES_MAX) return []
      const got = `got "${tag}" with ${grouped(values)}`
      const what = `${metric.name}: expected tags with at most ${grouped(TAG_VALUES_MAX)} values, ${got}. ${instead(tag)}`
      return [{ level: 'error', where, what }]
    })
    const { series } = all[index]
    if (long.length > 0 || series === undefined || series <= budget) return long
    const what =
      `${metric.name}: expected at most ${grouped(budget)} series (series_budget), got some ${grouped(series)}. ` +
      'Leave a tag out, or write the largest only: top folds the rest into "other"'
    return [{ level: 'warning', where, what }]
  })
}
