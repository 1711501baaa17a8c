import { expect, test } from 'vitest'
import { sideBySide } from './side-by-side.ts'

const never = new AbortController().signal

/** Ends when it is told to. */
const waiting = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('told to end')))
  })

test('answers in the order of the steps, whichever ends first', async () => {
  let finish = (_: string) => {}
  const slow = () => new Promise<string>((resolve) => (finish = resolve))
  const both = sideBySide(never, slow, async () => {
    finish('slow')
    return 2
  })
  expect(await both).toEqual(['slow', 2])
})

test('a failure ends the others, and is what is thrown', async () => {
  const refused = new Error('refused')
  const fail = async () => {
    throw refused
  }
  await expect(sideBySide(never, waiting, fail, waiting)).rejects.toBe(refused)
})

test('throws when the others have ended, not sooner', async () => {
  const ended: string[] = []
  const slowToEnd = async (signal: AbortSignal) => {
    await waiting(signal).catch(() => {})
    await Promise.resolve()
    ended.push('slow one')
  }
  const failing = sideBySide(never, slowToEnd, () => Promise.reject(new Error('refused')))
  await failing.catch(() => ended.push('all'))
  expect(ended).toEqual(['slow one', 'all'])
})

test('all are told to end from outside', async () => {
  const stop = new AbortController()
  const both = sideBySide(stop.signal, waiting, waiting)
  stop.abort()
  await expect(both).rejects.toThrow('told to end')
})
