// The arguments of the commands that look at a job, checked.
import type { Metric } from '../../data/definitions/metric.ts'
import type { Checked } from '../../kit/config.ts'
import { didYouMean } from '../../kit/nearest.ts'
import { parseTimeMs, TIME_FORMS } from '../points/time.ts'
import type { Range } from './verifier.ts'

/** The metric of that name; `others`: what else may stand there. */
export function checkMetric(
  name: string,
  metrics: readonly Metric[],
  others: readonly string[] = [],
): Checked<Metric> {
  const metric = metrics.find((one) => one.name === name)
  if (metric !== undefined) return { value: metric, problems: [] }
  const names = [...metrics.map((one) => one.name), ...others]
  return problem('metric', `"${name}" is no metric${didYouMean(name, names)}`)
}

/** Epoch milliseconds; absent: undefined. */
export function checkTime(
  where: string,
  text: string | undefined,
  nowMs: number,
): Checked<number | undefined> {
  if (text === undefined) return { value: undefined, problems: [] }
  const isEpoch = /^\d{9,15}$/.test(text)
  const value = isEpoch ? Number(text) : parseTimeMs(text, nowMs)
  if (value !== undefined) return { value, problems: [] }
  return problem(where, `expected ${TIME_FORMS}, or epoch milliseconds, got "${text}"`)
}

/** Windows that start in [from, to); what is absent is open. */
export function checkRange(
  { from, to }: { readonly from?: string; readonly to?: string },
  nowMs: number,
): Checked<Range> {
  const [first, last] = [checkTime('--from', from, nowMs), checkTime('--to', to, nowMs)]
  const problems = [...first.problems, ...last.problems]
  if (!('value' in first && 'value' in last)) return { problems }
  const { value: fromMs = Number.NEGATIVE_INFINITY } = first
  const { value: toMs = Number.POSITIVE_INFINITY } = last
  if (fromMs < toMs) return { value: { fromMs, toMs }, problems: [] }
  return problem('--from', `expected a time before --to, got "${from}" to "${to}"`)
}

const problem = (where: string, what: string): Checked<never> => ({ problems: [{ where, what }] })
