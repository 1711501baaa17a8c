import { beforeEach, describe, expect, test } from 'vitest'
import { UnavailableError } from './errors.ts'
import { fakeClock } from './fake-clock.ts'
import { untilAvailable } from './retry.ts'
import { recordingLog } from './testing/recording-log.ts'
import { Waits } from './waits.ts'

const STORE = 'InfluxDB at http://127.0.0.1:8086'
const MINUTE_MS = 60_000

let clock: ReturnType<typeof fakeClock>
let said: readonly string[]
let waits: Waits
let untilAwayMs: number
let attempts: number

beforeEach(() => {
  clock = fakeClock(0)
  const recording = recordingLog()
  said = recording.said
  waits = new Waits(recording.log, clock)
  untilAwayMs = 0
  attempts = 0
})

/** One call on the store, which is away until the moment `untilAwayMs`. */
async function call(says: (attempt: number) => UnavailableError = () => refused): Promise<void> {
  const context = { clock, log: recordingLog().log, waits }
  await untilAvailable(context, async () => {
    if (clock.monotonicMs() < untilAwayMs) throw says(attempts++)
  })
}

const refused = new UnavailableError('connect ECONNREFUSED\n  Start it.', { store: STORE })
const tooSlow = new UnavailableError('no answer within 10s', { store: STORE })
const busy = new UnavailableError('said 503', { store: STORE, reason: 'busy' })

/** The store goes away now, for so long, while it is called. */
async function awayFor(ms: number, says?: (attempt: number) => UnavailableError): Promise<void> {
  untilAwayMs = clock.monotonicMs() + ms
  await call(says)
}

describe('what is said', () => {
  test('messages that alternate were a line each: they are one state', async () => {
    await awayFor(50_000, (attempt) => (attempt % 2 === 0 ? refused : tooSlow))
    expect(attempts).toBeGreaterThan(8)
    expect(said).toEqual([
      'connect ECONNREFUSED\n  Start it.\n  waiting; retries with backoff up to every 10s',
      `${STORE} available again after 55.8s: goes on`,
    ])
  })

  test('another reason is another state, told once', async () => {
    await awayFor(50_000, (attempt) => (attempt % 2 === 0 ? refused : busy))
    expect(said.map((line) => line.split('\n')[0])).toEqual([
      'connect ECONNREFUSED',
      'said 503',
      `${STORE} available again after 55.8s: goes on`,
    ])
  })

  test('reminders come after 1 and 5 minutes, then every 15', async () => {
    await awayFor(62 * MINUTE_MS)
    const reminders = said.filter((line) => line.startsWith('still waiting'))
    expect(reminders.map((line) => line.split('\n')[0])).toEqual(
      ['1m 5s', '5m 5s', '15m 5s', '30m 5s', '45m 5s', '1h 0m'].map(
        (elapsed) => `still waiting for ${STORE}: ${elapsed}`,
      ),
    )
    expect(reminders[0]).toContain('\n  connect ECONNREFUSED')
    expect(said).toHaveLength(8)
  })

  test('a store that flaps was a pair of lines each time: it is told once, and when it is steady', async () => {
    for (let i = 0; i < 20; i++) {
      await awayFor(500)
      clock.moveMs(2_000)
      await call()
    }
    expect(said.slice(1)).toEqual([
      `${STORE} available again after 750ms: goes on`,
      `${STORE} comes and goes: waited for each time, told again once it has answered for 1m`,
    ])
    clock.moveMs(MINUTE_MS)
    await call()
    expect(said.at(-1)).toBe(`${STORE} is steady again: in 53s it was 20 times away`)
    await call()
    expect(said).toHaveLength(4)
  })

  test('a store that flaps for long is brought to mind like one that is away', async () => {
    for (let i = 0; i < 300; i++) {
      await awayFor(500)
      clock.moveMs(9_250)
    }
    const reminders = said.filter((line) => line.includes('still comes and goes'))
    expect(reminders.map((line) => line.split('\n')[0])).toEqual([
      `${STORE} still comes and goes: 1m 0s, 7 times away`,
      `${STORE} still comes and goes: 5m 0s, 31 times away`,
      `${STORE} still comes and goes: 15m 0s, 91 times away`,
      `${STORE} still comes and goes: 30m 0s, 181 times away`,
      `${STORE} still comes and goes: 45m 0s, 271 times away`,
    ])
  })

  test('an absence after a steady minute is a new one', async () => {
    await awayFor(500)
    clock.moveMs(MINUTE_MS)
    await awayFor(500)
    expect(said.map((line) => line.split('\n')[0])).toEqual([
      'connect ECONNREFUSED',
      `${STORE} available again after 750ms: goes on`,
      'connect ECONNREFUSED',
      `${STORE} available again after 750ms: goes on`,
    ])
  })

  test('two that wait for one store say it once, and back when the last has its answer', async () => {
    untilAwayMs = 3_000
    await Promise.all([call(), call()])
    expect(said).toHaveLength(2)
  })

  test('a wall clock that steps back an hour changes no duration', async () => {
    untilAwayMs = 10_000
    await call((attempt) => {
      if (attempt === 3) clock.stepMs(-3_600_000)
      return refused
    })
    expect(said.at(-1)).toBe(`${STORE} available again after 15.8s: goes on`)
  })
})

describe('what is waited for now', () => {
  test('is nothing while all goes well', async () => {
    await call()
    expect(waits.now()).toEqual([])
  })

  test('names the store, the reason, for how long and whether somebody stands still for it', async () => {
    let seen = waits.now()
    untilAwayMs = 5_000
    await call(() => {
      seen = waits.now()
      return busy
    })
    expect(seen).toEqual([
      {
        store: STORE,
        reason: 'busy',
        message: 'said 503',
        forMs: 3_750,
        attempts: 4,
        isBlocking: true,
      },
    ])
    expect(waits.now()).toEqual([])
  })

  test('is nothing after giving up', async () => {
    const stop = new AbortController()
    const context = { clock, log: recordingLog().log, waits, signal: stop.signal }
    const waiting = untilAvailable(context, async () => {
      if (attempts++ === 1) stop.abort()
      throw refused
    })
    await expect(waiting).rejects.toBe(refused)
    expect(waits.now()).toEqual([])
  })
})

test('what was away is known with how long and since when it answers; while it is away again it is not past', async () => {
  expect(waits.past()).toEqual([])
  await awayFor(500)
  clock.moveMs(2_000)
  const [{ lastedMs, ...past }] = waits.past()
  expect(past).toEqual({ store: STORE, message: refused.message, agoMs: 2_000 })
  expect(lastedMs).toBe(750)
  const waiter = { isBlocking: true, maxWaitMs: 10_000 }
  waits.failed(waiter, refused)
  expect(waits.past()).toEqual([])
  expect(waits.now()).toHaveLength(1)
})
