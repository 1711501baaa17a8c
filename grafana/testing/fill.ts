// For tests: fills variables and macros into a query, as Grafana does before it sends it.

export interface Filled {
  readonly fromMs: number
  readonly toMs: number
  readonly intervalMs: number
  /** Chosen values by variable; absent: All. */
  readonly chosen: Readonly<Record<string, readonly string[]>>
}

/** `${tag:regex}`: All is its own pattern as it stands, values are escaped, several are alternatives. */
export function fillQuery(query: string, { fromMs, toMs, intervalMs, chosen }: Filled): string {
  return query
    .replace(/\$\{(\w+):regex\}/g, (_, tag: string) => {
      const values = chosen[tag]?.map(escapeRegex)
      if (values === undefined) return '.*'
      return values.length === 1 ? values[0] : `(${values.join('|')})`
    })
    .replaceAll(/\$\{__(from|to)\}/g, (_, end) => String(end === 'from' ? fromMs : toMs))
    .replaceAll('$timeFilter', `time >= ${fromMs}ms and time <= ${toMs}ms`)
    .replaceAll('$__interval', `${intervalMs / 1000}s`)
}

const escapeRegex = (text: string) => text.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&')

/** `$__interval` of a panel: its range over its data points, rounded to a step people like, at least `interval`. */
export function intervalMsOf(rangeMs: number, maxDataPoints: number, leastMs: number): number {
  return Math.max(roundedMs(rangeMs / maxDataPoints), leastMs)
}

/** The steps in seconds, each up to the middle of it and the next. */
function roundedMs(ms: number): number {
  const steps = [
    1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200,
    86_400,
  ]
  const index = steps.findIndex((step, n) => ms / 1000 < (step + (steps[n + 1] ?? Infinity)) / 2)
  return steps[index] * 1000
}
