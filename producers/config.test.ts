import { afterAll, describe, expect, it } from 'vitest'
import { type ProducerSettings, producerSettings } from './config.ts'
import { flagsCommand } from './flags.ts'
import type { ReplaySettings } from './replay.ts'
import type { ShopRun } from './shop.ts'
import { temporaryFolder } from './testing.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const NOW_MS = Date.UTC(2026, 0, 31, 12)
const beginning = { nowMs: NOW_MS, randomSeed: 4711 }
const read = (line: string) => producerSettings(flagsOf(line), beginning)
const flagsOf = (line: string) =>
  flagsCommand().parse(line.split(' ').filter(Boolean), { from: 'user' }).opts()

function settings(line: string): ProducerSettings {
  const checked = read(line)
  if (!('value' in checked)) throw new Error(JSON.stringify(checked.problems))
  return checked.value
}
const shop = (line: string) => (settings(line).work as { run: ShopRun }).run
const replay = (line: string) =>
  (settings(line).work as { replay: Omit<ReplaySettings, 'dataDir'> }).replay
const problems = (line: string) => read(line).problems.map((one) => `${one.where} ${one.what}`)

describe('the shop', () => {
  it('is what producer.yaml says', () => {
    expect(settings('')).toEqual({
      partitions: 4,
      print: false,
      json: false,
      work: {
        kind: 'shop',
        run: {
          seed: 4711,
          rate: 100,
          arrivals: 'daily',
          startMs: NOW_MS,
          users: 10_000,
          products: 500,
          disorderMs: 2000,
          lateShare: 0,
          duplicateShare: 0,
          malformedShare: 0,
          unknownUserShare: 0.01,
          speed: 1,
        },
      },
    })
  })

  it('has the same defaults without a setting', () => {
    const empty = folder.write('empty.yaml', '# nothing\n')
    expect(shop(`--config ${empty} --unknown-user-share 0.01`)).toEqual(shop(''))
  })

  it('is overridden by another file, and that by flags', () => {
    const file = folder.write('mine.yaml', 'rate: 7\nusers: 70\nseed: 700\n')
    expect(shop(`--config ${file} --users 71 --late-share 0.5`)).toMatchObject({
      rate: 7,
      users: 71,
      seed: 700,
      lateShare: 0.5,
      arrivals: 'daily',
    })
  })

  it('keeps a rate of the command line at every hour, unless told otherwise', () => {
    expect(shop('--rate 50').arrivals).toBe('steady')
    expect(shop('--rate 50 --arrivals daily').arrivals).toBe('daily')
    expect(shop('--arrivals steady')).toMatchObject({ rate: 100, arrivals: 'steady' })
  })

  it('has a clock that starts where it is told, without a zone in UTC', () => {
    expect(shop('--start 2026-01-01T00:00:00Z').startMs).toBe(Date.UTC(2026, 0, 1))
    expect(shop('--start 2026-01-01').startMs).toBe(Date.UTC(2026, 0, 1))
  })

  it('ends now when it is faster than real time and was told no start', () => {
    expect(shop('--speed max --duration 1d').startMs).toBe(NOW_MS - 86_400_000)
    expect(shop('--speed 10x --rate 10 --count 600')).toMatchObject({
      startMs: NOW_MS - 60_000,
      count: 600,
      speed: 10,
    })
    expect(shop('--speed max --start 2026-01-31T11:00:00Z').durationMs).toBe(3_600_000)
    expect(problems('--speed max')).toEqual([
      '--speed faster than real time needs to know what to make: expected --start, --duration or --count too',
    ])
    expect(problems('--speed max --start 2027-01-01')).toEqual([
      '--start lies in the future: expected --duration or --count too, or an earlier time',
    ])
  })
})

describe('a file', () => {
  it('is replayed at once, checked, in the order found', () => {
    expect(replay('--file a.csv --limit 5')).toMatchObject({
      file: 'a.csv',
      speed: Infinity,
      isChecked: true,
      order: 'auto',
      limit: 5,
    })
  })

  it('is mapped by flags that may be repeated', () => {
    const { mapping, timeReader } = replay(
      '--file a.csv --map user_id=Who,page=url --map event_time=at --set quantity=1 --time-format epoch_s',
    )
    expect(Object.fromEntries(mapping.columns)).toEqual({
      user_id: 'Who',
      page: 'url',
      event_time: 'at',
    })
    expect(Object.fromEntries(mapping.constants)).toEqual({ quantity: 1 })
    expect(timeReader?.('7')).toBe(7000)
  })
})

describe('what is wrong', () => {
  it('is told at once, with file and line or flag', () => {
    const file = folder.write('wrong.yaml', 'rate: fast\n\nuser: 5\nseed: -1\n')
    expect(
      problems(`--config ${file} --count 0 --late-share 2 --speed fast --start soon --map a=b`),
    ).toEqual([
      `${file}:1 rate: expected a number, got "fast"`,
      `${file}:3 "user" is not a setting; did you mean "users"?`,
      `${file}:4 seed: expected at least 0, got -1`,
      '--late-share expected at most 1, got "2"',
      '--count expected at least 1, got "0"',
      '--start expected a time like 2026-01-31T12:00:00Z, got "soon"',
      '--speed expected realtime, max or a factor like 10x, got "fast"',
      '--map needs --file, the file to replay',
      expect.stringMatching(/^--map "a" is no field of an event; allowed: event_id/),
    ])
  })

  it('includes flags that mean nothing together', () => {
    expect(problems('--file a.csv --rate 5 --count 5')).toEqual([
      '--rate is for the simulated shop and means nothing with --file',
      '--count is for the simulated shop and means nothing with --file; --limit takes the first rows of a file',
    ])
    expect(problems('--late-share 0.6 --malformed-share 0.6')).toEqual([
      expect.stringMatching(/expected at most 1 together, got 1.2/),
    ])
    expect(problems('--file a.csv --time-format HH:mm')).toEqual([
      expect.stringMatching(/^--time-format expected year, month and day/),
    ])
  })

  it('includes a configuration file that is not there', () => {
    expect(problems('--config none.yaml')).toEqual([
      expect.stringMatching(/^none.yaml cannot be read/),
    ])
  })
})
