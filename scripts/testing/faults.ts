// For tests: what can be wrong between us and a store, and what a call comes to meanwhile.
import { setTimeout as delay } from 'node:timers/promises'
import { UnavailableError } from '../../kit/errors.ts'
import type { ToxicProxy } from './toxiproxy.ts'

export interface Fault {
  readonly name: string
  begin(proxy: ToxicProxy): Promise<void>
}

/** The connection ends when so much of what we send has got through. */
export const cutAfter = (bytes: number): Fault => ({
  name: `cut after ${bytes} bytes of the request`,
  begin: (proxy) => proxy.add({ type: 'limit_data', attributes: { bytes } }, 'upstream'),
})

/** None of these lets a call succeed. */
export const OUTAGES: readonly Fault[] = [
  { name: 'refused', begin: (proxy) => proxy.down() },
  cutAfter(10),
  {
    name: 'cut before the answer',
    begin: (proxy) => proxy.add({ type: 'limit_data', attributes: { bytes: 1 } }, 'downstream'),
  },
  {
    name: 'reset',
    begin: (proxy) => proxy.add({ type: 'reset_peer', attributes: { timeout: 0 } }, 'upstream'),
  },
  {
    name: 'silent to what we ask',
    begin: (proxy) => proxy.add({ type: 'timeout', attributes: { timeout: 0 } }, 'upstream'),
  },
  {
    name: 'silent after what we asked',
    begin: (proxy) => proxy.add({ type: 'timeout', attributes: { timeout: 0 } }, 'downstream'),
  },
]

/** Every answer comes, 500 ms late. */
export const SLOW: Fault = {
  name: 'slow',
  begin: (proxy) => proxy.add({ type: 'latency', attributes: { latency: 500 } }, 'downstream'),
}

/** Far longer than any adapter's own patience: what takes so long hangs. */
const HANGS_MS = 45_000

/** Any other end of the call than these two is thrown. */
export async function comesTo(call: () => Promise<unknown>): Promise<'success' | 'unavailable'> {
  const stop = new AbortController()
  const hang = delay(HANGS_MS, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`hangs: neither success nor failure within ${HANGS_MS / 1000} s`)
  })
  hang.catch(() => {})
  try {
    await Promise.race([call(), hang])
    return 'success'
  } catch (error) {
    if (error instanceof UnavailableError) return 'unavailable'
    throw error
  } finally {
    stop.abort()
  }
}

/** Until it succeeds, as the programs do; a call that hangs fails the test. */
export async function untilSuccess(call: () => Promise<unknown>): Promise<void> {
  while ((await comesTo(call)) === 'unavailable') await delay(50)
}

/** What the call comes to whose answer, of more than 10 KB, begins, and then nothing comes any more. */
export async function inTheMiddle(
  proxy: ToxicProxy,
  call: () => Promise<unknown>,
): Promise<'success' | 'unavailable'> {
  await proxy.add({ type: 'bandwidth', attributes: { rate: 5 } }, 'downstream')
  const called = comesTo(call)
  await delay(500)
  await proxy.add({ type: 'timeout', attributes: { timeout: 0 } }, 'downstream')
  return await called
}
