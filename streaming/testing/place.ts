// For tests: the whole path in a place of its own: files, stores, and the programs that fill and read them.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Metric } from '../../data/definitions/metric.ts'
import { type Ended, RunningProgram, runToEnd } from '../../scripts/testing/programs.ts'
import { differences } from './differences.ts'
import { type EventsOptions, eventLines, writeEvents, writePeople } from './shop-files.ts'
import {
  ALL_METRICS,
  METRICS_AS_THEY_STAND,
  type PointRows,
  rowsOfPoints,
  SqlShop,
} from './sql-points.ts'
import { storedPoints } from './stored-points.ts'
import { type TwoDays, twoDays } from './two-days.ts'

export class Place {
  readonly dir: string
  readonly people: string
  readonly environment: NodeJS.ProcessEnv
  /** Files produced so far. */
  readonly #events: string[] = []

  /** `stores`: variables of the real stores; none: embedded. */
  constructor(dir: string, stores: NodeJS.ProcessEnv = {}) {
    mkdirSync(dir, { recursive: true })
    this.dir = dir
    this.people = join(dir, 'people.csv')
    this.environment = { ...stores, WINDROW_DATA: join(dir, 'data') }
    writePeople(this.people)
    writeFileSync(join(dir, 'quick.yaml'), 'checkpoint_every: 100ms\nrefresh_every: 200ms\n')
  }

  seed(file = this.people): Promise<Ended> {
    return runToEnd('seed', ['--file', file], this.environment)
  }

  /** Writes a file of events, for `produce`. */
  write(options: EventsOptions, from = 0, to = options.count): string {
    const file = join(this.dir, `events-${options.seed}-${from}.ndjson`)
    writeEvents(file, eventLines(options).slice(from, to))
    return file
  }

  writeTwoDays(options: TwoDays): string {
    const file = join(this.dir, 'two-days.ndjson')
    writeEvents(file, twoDays(options))
    return file
  }

  /** Sends a file in its own order, as fast as it goes. */
  produce(file: string, partitions: number, ...flags: readonly string[]): Promise<Ended> {
    this.#events.push(file)
    const args = ['--file', file, '--partitions', String(partitions), '--speed', 'max']
    return runToEnd('produce', [...args, '--order', 'file', ...flags], this.environment)
  }

  /** The job, saving its place and looking for changed rows much more often than by default. */
  stream(...args: readonly string[]): RunningProgram {
    const all = ['--config', join(this.dir, 'quick.yaml'), ...args]
    return new RunningProgram('stream', all, this.environment)
  }

  async once(...args: readonly string[]): Promise<Ended> {
    const ended = await runToEnd('stream', ['--once', ...args], this.environment)
    expect(ended.err).not.toMatch(/ late[,:. ]/)
    return ended
  }

  /** Whether the job has saved checkpoint `least` or a later one: the first may hold no event yet, others do. */
  hasCheckpoint(least = 1): boolean {
    const dir = join(this.dir, 'data', 'checkpoints')
    if (!existsSync(dir)) return false
    return readdirSync(dir, { recursive: true, encoding: 'utf8' }).some((name) => {
      const [, number = 0] = /(\d+)\.(?:checkpoint|change)$/.exec(name) ?? []
      return Number(number) >= least
    })
  }

  async points(metric: Metric): Promise<PointRows> {
    return rowsOfPoints(metric, await storedPoints(this.environment, metric))
  }

  /** Every point in the store is what plain SQL over everything produced says, and there is no other. */
  async expectPointsAsBySql(): Promise<void> {
    const sizes = await this.#expectSame(METRICS_AS_THEY_STAND)
    expect(sizes.filter((size) => size > 100).length).toBeGreaterThanOrEqual(3)
  }

  /** The same of all metrics, where the events end as those of two days do. */
  async expectAllPointsAsBySql(): Promise<void> {
    for (const size of await this.#expectSame(ALL_METRICS)) expect(size).toBeGreaterThan(100)
  }

  /** Answers how many points there are of each. */
  async #expectSame(metrics: readonly Metric[]): Promise<number[]> {
    const shop = await SqlShop.open(this.#events, this.people)
    const sizes: number[] = []
    const all: object[] = []
    for (const metric of metrics) {
      const expected = await shop.points(metric)
      const wrong = differences(metric, await this.points(metric), expected)
      if (wrong.length > 0)
        all.push({ metric: metric.name, wrong: wrong.length, first: wrong.slice(0, 5) })
      sizes.push(expected.size)
    }
    shop.close()
    expect(all).toEqual([])
    expect(Math.min(...sizes)).toBeGreaterThan(0)
    return sizes
  }
}
