// What was found, one small file per run: the history that the chart draws.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { type Figure, isReached, summary } from './figures.ts'

export const RESULTS = join(import.meta.dirname, 'results')

export interface Result {
  /** When, ISO 8601. */
  readonly date: string
  /** Of the code that was measured; "+" behind it: with changes that are not committed. */
  readonly commit: string
  readonly kind: 'quick' | 'full' | 'peers'
  readonly cpu: string
  readonly cores: number
  readonly node: string
  readonly rounds: number
  readonly figures: readonly ResultFigure[]
}

export interface ResultFigure extends Omit<Figure, 'values'> {
  readonly min: number
  readonly median: number
  readonly max: number
  readonly isReached?: boolean
}

export function resultOf(
  figures: readonly Figure[],
  run: Pick<Result, 'kind' | 'rounds'>,
  nowMs: number,
): Result {
  return {
    date: new Date(nowMs).toISOString(),
    commit: commit(),
    ...run,
    cpu: cpus()[0].model.trim(),
    cores: cpus().length,
    node: process.version,
    figures: figures.map((figure) => {
      const { values, ...same } = figure
      const { min, median, max } = summary(values)
      const reached = isReached(figure)
      return {
        ...same,
        ...{ min: rounded(min), median: rounded(median), max: rounded(max) },
        ...(reached === undefined ? {} : { isReached: reached }),
      }
    }),
  }
}

/** Writes it; answers the file. */
export function saveResult(result: Result): string {
  mkdirSync(RESULTS, { recursive: true })
  const time = result.date.slice(0, 19).replaceAll(':', '')
  const file = join(RESULTS, `${time}-${result.kind}.json`)
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
  return file
}

/** All that were kept, the oldest first. */
export function savedResults(): Result[] {
  return readdirSync(RESULTS)
    .filter((name) => /^\d.*-(?:quick|full)\.json$/.test(name))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(RESULTS, name), 'utf8')))
}

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== ''
    return `${git('rev-parse', '--short=10', 'HEAD')}${changed ? '+' : ''}`
  } catch {
    return 'unknown'
  }
}

/** Four digits say more than can be measured. */
const rounded = (value: number): number => Number(value.toPrecision(4))
