import { describe, expect, test } from 'vitest'
import { RefusedError, UnavailableError } from './errors.ts'
import { fakeClock } from './fake-clock.ts'
import type { Log } from './log.ts'
import { untilAvailable } from './retry.ts'

function setUp(signal?: AbortSignal) {
  const said: string[] = []
  const say = (line: unknown) => void said.push(String(line))
  const log = { info: say, warn: say, error: say, debug: say } as Log
  const clock = fakeClock(0)
  return { said, clock, context: { clock, log, ...(signal && { signal }) } }
}

/** Fails with these messages, one after the other, then answers. */
function failing(...messages: string[]): () => Promise<string> {
  let at = 0
  return async () => {
    if (at < messages.length) throw new UnavailableError(messages[at++])
    return 'answer'
  }
}

describe('a store that is away', () => {
  test('is waited for, longer each time up to 10 s', async () => {
    const { clock, context } = setUp()
    const away = Array.from({ length: 9 }, () => 'away')
    expect(await untilAvailable(context, failing(...away))).toBe('answer')
    expect(clock.sleepsMs).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000])
  })

  test('is told once, with a line when the reason changes and one when it is back', async () => {
    const { said, context } = setUp()
    await untilAvailable(context, failing('refused', 'refused', 'refused', 'starting', 'starting'))
    expect(said).toEqual([
      'refused\n  waiting; retries with backoff up to every 10s',
      'starting\n  waiting; retries with backoff up to every 10s',
      'available again after 7.8s: goes on',
    ])
  })

  test('is not mentioned when it never was away', async () => {
    const { said, context } = setUp()
    await untilAvailable(context, failing())
    expect(said).toEqual([])
  })

  test('is given the time it asks for', async () => {
    const { clock, context } = setUp()
    let isBusy = true
    await untilAvailable(context, async () => {
      if (isBusy) {
        isBusy = false
        throw new UnavailableError('busy', { retryAfterMs: 30_000 })
      }
    })
    expect(clock.sleepsMs).toEqual([30_000])
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
