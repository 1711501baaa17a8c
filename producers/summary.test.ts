import { afterAll, expect, it } from 'vitest'
import { eventSchema } from '../data/events.generated.ts'
import { silentLog } from '../kit/log.ts'
import { parseMapping } from './files/mapping.ts'
import { Rejections } from './files/rejections.ts'
import type { ReplaySettings } from './replay.ts'
import type { ShopProgress, ShopRun } from './shop.ts'
import { replaySummary, shopBeginning, shopSummary } from './summary.ts'
import { temporaryFolder } from './testing.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const run: ShopRun = {
  seed: 7,
  rate: 200,
  arrivals: 'daily',
  startMs: Date.UTC(2026, 0, 31),
  users: 10_000,
  products: 500,
  lateShare: 0,
  duplicateShare: 0,
  malformedShare: 0,
  unknownUserShare: 0,
  disorderMs: 0,
  speed: 1,
}
const progress: ShopProgress = {
  sent: 1500,
  unacknowledged: 0,
  rejected: 0,
  isWaiting: false,
  made: { ordinary: 1500, late: 0, duplicate: 0, malformed: 0 },
  tookMs: 5000,
  simulatedMs: 60_000,
}

it('the shop says at its beginning what it does', () => {
  expect(shopBeginning(run)).toBe(
    "simulated shop: 200 events/s on a day's average, 10,000 users, seed 7",
  )
  expect(shopBeginning({ ...run, arrivals: 'steady', speed: Infinity })).toBe(
    'simulated shop: 200 events/s, 10,000 users, seed 7, from 2026-01-31T00:00:00Z, speed max',
  )
})

it('the shop says at its end what it did, and what it could not do', () => {
  const repeats = 'simulated 1m from 2026-01-31T00:00:00Z; --seed 7 repeats it'
  expect(shopSummary(run, progress)).toEqual(['sent 1,500 events in 5s (300/s)', repeats])
  const made = { ordinary: 1400, late: 100, duplicate: 0, malformed: 0 }
  expect(shopSummary(run, { ...progress, made, sent: 1490, unacknowledged: 10 })).toEqual([
    'acknowledged 1,490 events in 5s (298/s): 1,400 ordinary, 100 late',
    'not acknowledged when it was stopped: 10; they may be in the event log or not',
    repeats,
  ])
})

it('a replay says what was rejected and why, and how times are read', () => {
  const rejections = new Rejections('shop.csv', 'line', folder.path, silentLog)
  for (const reason of ['time', 'range', 'time'])
    rejections.add({ position: 1, field: 'f', reason, detail: 'd', raw: Buffer.from('r') })
  rejections.close()
  const settings: ReplaySettings = {
    file: 'data/shop.csv',
    schema: eventSchema,
    mapping: parseMapping(eventSchema, [], []).mapping,
    isChecked: true,
    order: 'auto',
    speed: Infinity,
    dataDir: folder.path,
  }
  const done = {
    sent: 10,
    unacknowledged: 0,
    rejected: 3,
    isWaiting: false,
    rejections,
    tookMs: 1000,
  }
  expect(replaySummary(settings, done, true)).toEqual([
    'sent 10 events in 1s (10/s) from data/shop.csv',
    'stopped before the end of the file; the same command sends all of it again, with the same event_ids',
    `rejected 3 rows that cannot be events (time 2, range 1): ${rejections.file}`,
    'times written in another way are read with --time-format (see --help)',
  ])
})
