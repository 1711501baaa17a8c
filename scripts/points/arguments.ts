// The arguments of `windrow points`, checked: what to read and how to print it, or every problem at once.
import { type Metric, measurementOf } from '../../data/definitions/metric.ts'
import { stepsOf, type TumblingNode } from '../../data/definitions/nodes.ts'
import { areMadeOf } from '../../data/definitions/windows.ts'
import type { Checked } from '../../kit/config.ts'
import { exactDuration, parseDurationMs } from '../../kit/duration.ts'
import type { Problem } from '../../kit/errors.ts'
import { didYouMean } from '../../kit/nearest.ts'
import { parseTimeMs, TIME_FORMS } from './time.ts'

/** As they came from the command line. */
export interface PointsFlags {
  readonly from?: string
  readonly to?: string
  readonly by?: string
  readonly every?: string
  readonly limit?: string
  readonly open?: boolean
  readonly json?: boolean
  readonly format: 'table' | 'json' | 'csv'
}

export interface PointsRequest {
  readonly metric: Metric
  readonly fromMs: number
  readonly toMs: number
  /** Tags of the result. */
  readonly by: readonly string[]
  /** Absent: windows stay apart. */
  readonly bucketMs?: number
  /** Windows that are still open too. */
  readonly open: boolean
  readonly format: PointsFlags['format']
  /** Rows printed at most; only for a table. */
  readonly limit: number
}

const DEFAULT_LIMIT = 50

export function checkArguments(
  name: string,
  flags: PointsFlags,
  metrics: readonly Metric[],
  nowMs: number,
): Checked<PointsRequest> {
  const problems: Problem[] = []
  const time = (flag: 'from' | 'to', open: number): number => {
    const text = flags[flag]
    if (text === undefined) return open
    const ms = parseTimeMs(text, nowMs)
    if (ms === undefined)
      problems.push({ where: `--${flag}`, what: `expected ${TIME_FORMS}, got "${text}"` })
    return ms ?? open
  }
  const fromMs = time('from', -Infinity)
  const toMs = time('to', Infinity)
  if (fromMs >= toMs)
    problems.push({
      where: '--from',
      what: `expected a time before --to, got ${isoOf(fromMs)} to ${isoOf(toMs)}`,
    })
  const limit = flags.limit === undefined ? DEFAULT_LIMIT : Number(flags.limit)
  if (!Number.isInteger(limit) || limit < 0)
    problems.push({
      where: '--limit',
      what: `expected a whole number (0: all rows), got "${flags.limit}"`,
    })
  const bucketMs = flags.every === undefined ? undefined : parseDurationMs(flags.every)
  if (flags.every !== undefined && (bucketMs === undefined || bucketMs === 0))
    problems.push({
      where: '--every',
      what: `expected a duration like 1m or 1h, got "${flags.every}"`,
    })
  const metric = metrics.find((one) => one.name === name)
  if (metric === undefined) {
    const names = metrics.map((one) => one.name)
    problems.push({ where: 'metric', what: `"${name}" is no metric${didYouMean(name, names)}` })
    return { problems }
  }
  if (bucketMs !== undefined && bucketMs > 0 && !areMadeOf(stepsOf(metric.window), bucketMs))
    problems.push({
      where: '--every',
      what: `expected ${multipleOf(stepsOf(metric.window))}, got "${flags.every}"`,
    })
  const by = tagsOf(metric, flags.by, problems)
  if (problems.length > 0) return { problems }
  const value: PointsRequest = {
    metric,
    fromMs,
    toMs,
    by,
    open: flags.open === true,
    format: flags.format,
    limit: flags.format !== 'table' || limit === 0 ? Infinity : limit,
    ...(bucketMs === undefined ? {} : { bucketMs }),
  }
  return { value, problems: [] }
}

/** `--by a,b`; `--by none` keeps no tag. */
/** "a multiple of the window, 10s", with some that are right where a time zone makes that less plain. */
function multipleOf(window: TumblingNode): string {
  const multiple = `a multiple of the window, ${exactDuration(window.sizeMs)}`
  if (window.tz === undefined) return multiple
  const some = [2, 3, 4, 6, 7]
    .map((times) => times * window.sizeMs)
    .filter((lengthMs) => areMadeOf(window, lengthMs))
  return `${multiple}, that fits the days of ${window.tz}, e.g. ${some.map(exactDuration).join(', ')}`
}

function tagsOf(metric: Metric, by: string | undefined, problems: Problem[]): readonly string[] {
  const { tags } = measurementOf(metric)
  if (by === undefined) return tags
  const wanted = by.split(',').map((tag) => tag.trim())
  if (by.trim() === '' || (wanted.length === 1 && wanted[0] === 'none')) return []
  for (const tag of wanted)
    if (!tags.includes(tag))
      problems.push({
        where: '--by',
        what: `"${tag}" is no tag of ${metric.name}${didYouMean(tag, [...tags, 'none'])}`,
      })
  return [...new Set(wanted)]
}

const isoOf = (ms: number) =>
  Number.isFinite(ms) ? new Date(ms).toISOString() : ms < 0 ? 'the beginning' : 'the end'
