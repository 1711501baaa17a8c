import { describe, expect, test } from 'vitest'
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { fakeClock } from '../../kit/fake-clock.ts'
import type { Definitions } from '../check/metrics.ts'
import { errors } from '../check/report.ts'
import { changeText, wrongText } from './change-text.ts'
import { throughChanges } from './through-changes.ts'
import { DefinitionsWatch } from './watch-definitions.ts'

const of = (...names: string[]): Pipeline => ({
  ...smallShop,
  metrics: names.map((name) => ({ ...smallShop.metrics[0], name })),
})
const right = (pipeline: Pipeline): Definitions => ({
  pipeline,
  files: [],
  section: { name: 'metrics', summary: '', findings: [] },
})
const wrong: Definitions = {
  files: [],
  section: { name: 'metrics', summary: '', findings: errors([{ where: 'a.ts:3', what: 'no' }]) },
}

/** `looks`: what the files look like, one after the other, then as at last. `loads`: what is in them by then. */
function watching(looks: string[], loads: Record<string, Definitions>) {
  const told: string[] = []
  const stop = new AbortController()
  let [at, present] = [0, '']
  const files = {
    look: async () => {
      if (at >= looks.length) stop.abort()
      present = looks[Math.min(at++, looks.length - 1)]
      return present
    },
    load: async () => {
      told.push(`load ${present}`)
      return loads[present]
    },
  }
  const watch = new DefinitionsWatch(files, fakeClock(), {
    onWrong: (findings) => told.push(`wrong ${findings[0].where}`),
    onRight: () => told.push('right'),
  })
  return { told, next: (from: Pipeline) => watch.next(from, stop.signal) }
}

describe('definitions that change', () => {
  test('are handed on once their files are the same twice', async () => {
    const { told, next } = watching(['1', '1', '2', '3', '3'], { 3: right(of('a', 'b')) })
    expect(await next(of('a'))).toEqual(of('a', 'b'))
    expect(told).toEqual(['load 3'])
  })

  test('and are wrong are told, and those before go on until they are right', async () => {
    const loads = { 2: wrong, 3: right(of('a', 'b')) }
    const { told, next } = watching(['1', '2', '2', '3', '3'], loads)
    expect(await next(of('a'))).toEqual(of('a', 'b'))
    expect(told).toEqual(['load 2', 'wrong a.ts:3', 'load 3'])
  })

  test('back to what they were say that all is right, and change nothing', async () => {
    const loads = { 2: wrong, 3: right(of('a')), 4: right(of('a')) }
    const { told, next } = watching(['1', '2', '2', '3', '3', '4', '4'], loads)
    expect(await next(of('a'))).toBeUndefined()
    expect(told).toEqual(['load 2', 'wrong a.ts:3', 'load 3', 'right', 'load 4'])
  })

  test('while they were looked at by nobody are seen at the next look', async () => {
    const { next } = watching(['1', '2', '2', '3', '3'], { 2: right(of('b')), 3: right(of('c')) })
    expect(await next(of('a'))).toEqual(of('b'))
    expect(await next(of('b'))).toEqual(of('c'))
  })
})

describe('what runs', () => {
  /** Runs through `pipelines`; `run` sees each. */
  const through = (
    pipelines: Pipeline[],
    run: (p: Pipeline, signal: AbortSignal) => Promise<void>,
  ) => throughChanges(of('first'), async () => pipelines.shift(), run, new AbortController().signal)
  const untilAborted = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))

  test('has ended before it runs with the next definitions', async () => {
    const steps: string[] = []
    await through([of('b'), of('c')], async ({ metrics: [{ name }] }, signal) => {
      steps.push(`${name} begins`)
      await untilAborted(signal)
      await Promise.resolve()
      steps.push(`${name} has saved`)
    })
    const names = ['first', 'b', 'c']
    expect(steps).toEqual(names.flatMap((name) => [`${name} begins`, `${name} has saved`]))
  })

  test('and fails ends all, also while definitions are waited for', async () => {
    const failing = throughChanges(
      of('a'),
      async (_, signal) => {
        await untilAborted(signal)
        return undefined
      },
      async () => {
        throw new Error('refused')
      },
      new AbortController().signal,
    )
    await expect(failing).rejects.toThrow('refused')
  })

  test('is stopped when definitions can be watched no more', async () => {
    let isStopped = false
    const failing = throughChanges(
      of('a'),
      async () => {
        throw new Error('no watch')
      },
      async (_, signal) => {
        await untilAborted(signal)
        isStopped = true
      },
      new AbortController().signal,
    )
    await expect(failing).rejects.toThrow('no watch')
    expect(isStopped).toBe(true)
  })

  test('begins with nothing new when it was told to stop meanwhile', async () => {
    const stop = new AbortController()
    const run: string[] = []
    await throughChanges(
      of('a'),
      async () => {
        stop.abort()
        return of('b')
      },
      async ({ metrics: [{ name }] }) => void run.push(name),
      stop.signal,
    )
    expect(run).toEqual(['a'])
  })
})

test('a change is told in a line, what is wrong with its places', () => {
  const longer = { ...of('a'), metrics: [{ ...of('a').metrics[0], by: [] }, ...of('b').metrics] }
  expect(changeText(of('a', 'c'), longer)).toBe('definitions changed (~ a, + b, - c)')
  expect(changeText(of('a'), of('a'))).toBe('definitions changed (how they are shown)')
  expect(wrongText(wrong.section.findings)).toBe(
    'definitions changed and are wrong, so the job goes on with those before (windrow check):\n    ✗ a.ts:3: no',
  )
})
