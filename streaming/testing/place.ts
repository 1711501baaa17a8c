// For tests: the whole path in a place of its own: files, stores, and the programs that fill and read them.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Ended, RunningProgram, runToEnd } from '../../scripts/testing/programs.ts'
import { differences } from './differences.ts'
import { type EventsOptions, eventLines, writeEvents, writePeople } from './shop-files.ts'
import { METRICS, type PointRows, pointsBySql, pointsOfCsv } from './sql-points.ts'

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

  async points(metric: (typeof METRICS)[number]): Promise<PointRows> {
    const args = [metric, '--format', 'csv']
    const { out } = await runToEnd('points', args, this.environment)
    const file = join(this.dir, `${metric}.csv`)
    writeFileSync(file, out)
    return pointsOfCsv(metric, file)
  }

  /** Every point in the store is what plain SQL over everything produced says, and there is no other. */
  async expectPointsAsBySql(): Promise<void> {
    for (const metric of METRICS) {
      const expected = await pointsBySql(metric, this.#events, this.people)
      expect(expected.size).toBeGreaterThan(100)
      expectSame(metric, await this.points(metric), expected)
    }
  }
}

function expectSame(metric: string, actual: PointRows, expected: PointRows): void {
  const wrong = differences(actual, expected)
  expect({ metric, wrong: wrong.length, first: wrong.slice(0, 5) }).toEqual({
    metric,
    wrong: 0,
    first: [],
  })
}
