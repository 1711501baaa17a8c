// What the benchmark finds: figures of several runs, each with its goal. Pure.

/** The median is to be `atMost` or `atLeast` this. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number }

export const UNITS = {
  ratio: { digits: 2, suffix: '×' },
  perSecond: { digits: 0, suffix: '/s' },
  us: { digits: 2, suffix: ' µs' },
  ms: { digits: 1, suffix: ' ms' },
  s: { digits: 2, suffix: ' s' },
  MB: { digits: 0, suffix: ' MB' },
} as const

export interface Figure {
  /** Names it in results: `kafka.cpu`. */
  readonly name: string
  /** What it is, for people. */
  readonly what: string
  readonly unit: keyof typeof UNITS
  /** One for each run. */
  readonly values: readonly number[]
  /** Absent: told, and nothing is expected of it. */
  readonly goal?: Goal
}

export interface Summary {
  readonly min: number
  readonly median: number
  readonly max: number
}

export function summary(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const median =
    sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return { min: sorted[0], median, max: sorted[sorted.length - 1] }
}

export const median = (values: readonly number[]): number => summary(values).median

/** Run by run: both were measured in the same round, so that the machine's speed falls out. */
export const ratios = (of: readonly number[], to: readonly number[]): number[] =>
  of.map((value, round) => value / to[round])

/** Whether the median reaches the goal; undefined without one. */
export function isReached({ values, goal }: Figure): boolean | undefined {
  if (goal === undefined) return undefined
  const value = median(values)
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast
}

/** "reached", or by how much it was missed: "missed by 12 %". */
export function verdict(figure: Figure): string {
  const { goal, values } = figure
  if (goal === undefined) return ''
  if (isReached(figure)) return 'reached'
  const wanted = 'atMost' in goal ? goal.atMost : goal.atLeast
  const by = Math.abs(median(values) / wanted - 1) * 100
  return `missed by ${by.toFixed(by < 10 ? 1 : 0)} %`
}
