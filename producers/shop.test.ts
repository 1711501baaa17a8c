import { describe, expect, it } from 'vitest'
import { UnavailableError } from '../kit/errors.ts'
import { fakeClock } from '../kit/fake-clock.ts'
import { silentLog } from '../kit/log.ts'
import { runShop, type ShopRun } from './shop.ts'
import { collectingWriter } from './testing.ts'

const START_MS = Date.UTC(2026, 0, 31, 12)

const run: ShopRun = {
  seed: 1,
  rate: 100,
  arrivals: 'steady',
  startMs: START_MS,
  users: 100,
  products: 20,
  lateShare: 0,
  duplicateShare: 0,
  malformedShare: 0,
  unknownUserShare: 0,
  disorderMs: 0,
  speed: 1,
}
const never = new AbortController().signal

describe('runShop', () => {
  it('sends exactly as many as it is told', async () => {
    const writer = collectingWriter()
    const context = { writer, clock: fakeClock(START_MS), log: silentLog }
    const done = await runShop({ ...run, count: 777 }, context, never)
    expect(writer.records()).toHaveLength(777)
    expect(done).toMatchObject({ sent: 777, unacknowledged: 0, rejected: 0 })
    expect(done.made).toEqual({ ordinary: 777, late: 0, duplicate: 0, malformed: 0 })
  })

  it('sends as many as fit into the simulated time', async () => {
    const writer = collectingWriter()
    const context = { writer, clock: fakeClock(START_MS), log: silentLog }
    await runShop({ ...run, durationMs: 5000 }, context, never)
    expect(writer.records()).toHaveLength(500)
  })

  it('is never ahead of the clock, nor more than a tick behind', async () => {
    const writer = collectingWriter()
    const behindMs: number[] = []
    const clock = fakeClock(START_MS, (nowMs) => {
      const last = writer.events().at(-1)
      if (last !== undefined) behindMs.push(nowMs - Number(last.event_time))
    })
    await runShop({ ...run, durationMs: 3000 }, { writer, clock, log: silentLog }, never)
    expect(behindMs.length).toBeGreaterThan(20)
    expect(Math.min(...behindMs)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...behindMs)).toBeLessThanOrEqual(250)
    expect(clock.nowMs() - START_MS).toBeGreaterThanOrEqual(2900)
  })

  it('does not wait at full speed, and sends the same', async () => {
    const [atOnce, inTime] = [collectingWriter(), collectingWriter()]
    const clock = fakeClock(START_MS)
    const settings = { ...run, durationMs: 60_000 }
    await runShop(
      { ...settings, speed: Infinity },
      { writer: atOnce, clock, log: silentLog },
      never,
    )
    expect(clock.nowMs()).toBe(START_MS)
    await runShop(settings, { writer: inTime, clock, log: silentLog }, never)
    expect(atOnce.events()).toEqual(inTime.events())
  })

  it('catches up after the log was away, and loses nothing', async () => {
    const clock = fakeClock(START_MS)
    let isAway = false
    const writer = collectingWriter(() => {
      isAway = clock.nowMs() > START_MS + 1000 && clock.nowMs() < START_MS + 20_000
      if (isAway) throw new UnavailableError('no broker')
    })
    await runShop({ ...run, durationMs: 10_000 }, { writer, clock, log: silentLog }, never)
    const ids = writer.events().map((event) => event.event_id)
    expect(new Set(ids).size).toBe(1000)
    expect(ids).toHaveLength(1000)
    expect(clock.nowMs()).toBeGreaterThanOrEqual(START_MS + 20_000)
  })

  it('stops when it is told to, with everything it made sent', async () => {
    const stop = new AbortController()
    const writer = collectingWriter()
    const clock = fakeClock(START_MS, (nowMs) => {
      if (nowMs > START_MS + 1500) stop.abort()
    })
    const done = await runShop(run, { writer, clock, log: silentLog }, stop.signal)
    expect(done.sent).toBe(writer.records().length)
    expect(done.sent).toBe(done.made.ordinary)
    expect(done.sent).toBeGreaterThan(100)
  })
})
