import { describe, expect, test } from 'vitest'
import { RefusedError, UnavailableError } from './errors.ts'
import { fakeClock } from './fake-clock.ts'
import { untilAvailable } from './retry.ts'
import { recordingLog } from './testing/recording-log.ts'

function setUp(signal?: AbortSignal) {
  const { log, said } = recordingLog()
  const clock = fakeClock(0)
  return { said, clock, context: { clock, log, ...(signal && { signal }) } }
}

/** Fails so many times, then answers. */
function failing(times: number, retryAfterMs = 0): () => Promise<string> {
  let left = times
  return async () => {
    if (left-- > 0) throw new UnavailableError('away', { retryAfterMs })
    return 'answer'
  }
}

describe('a store that is away', () => {
  test('is waited for, longer each time up to 10 s', async () => {
    const { clock, context } = setUp()
    expect(await untilAvailable(context, failing(9))).toBe('answer')
    expect(clock.sleepsMs).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000])
  })

  test('is told when it goes away and when it is back', async () => {
    const { said, context } = setUp()
    await untilAvailable(context, failing(5))
    expect(said).toEqual([
      'away\n  waiting; retries with backoff up to every 10s',
      'available again after 7.8s: goes on',
    ])
  })

  test('is not mentioned when it never was away', async () => {
    const { said, context } = setUp()
    await untilAvailable(context, failing(0))
    expect(said).toEqual([])
  })

  test('is given the time it asks for', async () => {
    const { clock, context } = setUp()
    await untilAvailable(context, failing(1, 30_000))
    expect(clock.sleepsMs).toEqual([30_000])
  })

  test('is asked again after a minute, whatever it asks for', async () => {
    const { clock, context } = setUp()
    await untilAvailable(context, failing(1, 86_400_000))
    expect(clock.sleepsMs).toEqual([60_000])
  })

  test('is no longer waited for after a stop: the last error is thrown', async () => {
    const stop = new AbortController()
    const { context } = setUp(stop.signal)
    let attempts = 0
    const waiting = untilAvailable(context, async () => {
      if (++attempts === 3) stop.abort()
      throw new UnavailableError('away')
    })
    await expect(waiting).rejects.toThrow('away')
    expect(attempts).toBe(3)
  })

  test('makes an attempt known before it is made', async () => {
    const { context } = setUp()
    let signs = 0
    await untilAvailable({ ...context, onAttempt: () => signs++ }, failing(2))
    expect(signs).toBe(3)
    await untilAvailable({ ...context, isBackground: true, onAttempt: () => signs++ }, failing(2))
    expect(signs, 'a refresh hid a loop that hung').toBe(3)
  })
})

test('what waiting does not mend is thrown at once', async () => {
  const { clock, said, context } = setUp()
  const refused = untilAvailable(context, async () => {
    throw new RefusedError('wrong token')
  })
  await expect(refused).rejects.toThrow('wrong token')
  expect(clock.sleepsMs).toEqual([])
  expect(said).toEqual([])
})
