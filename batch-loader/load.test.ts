import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ConfigError, RefusedError, UnavailableError } from '../kit/errors.ts'
import { silentLog } from '../kit/log.ts'
import { memoryDemographics } from '../stores/demographics/memory.ts'
import type { Chunk } from './chunk.ts'
import { personOf } from './generate.ts'
import { type LoadCounts, loadDemographics, seedDemographics } from './load.ts'

const NOW = '2026-01-31T12:00:00.000Z'
const clock = { nowMs: () => Date.parse(NOW), monotonicMs: () => 0, sleep: async () => {} }
const context = { clock, log: silentLog }
const person = (n: number, city: string) => ({ ...personOf(1, n, NOW), city })

async function* chunksOf(...chunks: Partial<Chunk>[]): AsyncGenerator<Chunk> {
  for (const chunk of chunks) yield { people: [], rejected: [], fraction: 1, ...chunk }
}

async function cities(store: ReturnType<typeof memoryDemographics>) {
  const rows: (readonly string[])[] = []
  for await (const chunk of store.lookup(['city'], 0)) rows.push(...chunk.rows)
  return Object.fromEntries(rows)
}

describe('loading', () => {
  it('seeds the asked number, and counts updates the second time', async () => {
    const store = memoryDemographics()
    const options = { ...context, store, users: 12_345, seed: 42 }
    const first = { inserted: 12_345, updated: 0, rejected: 0, isComplete: true }
    expect(await seedDemographics(options)).toEqual(first)
    expect(await seedDemographics(options)).toEqual({ ...first, inserted: 0, updated: 12_345 })
  })

  it('lets the last of equal ids win, within a chunk and across chunks', async () => {
    const store = memoryDemographics()
    const counts = await loadDemographics(
      chunksOf(
        { people: [person(1, 'a'), person(2, 'b'), person(1, 'c')] },
        { people: [person(2, 'd')], rejected: [{ file: 'f', line: 9, problems: ['x'] }] },
      ),
      { ...context, store },
    )
    expect(counts).toEqual({ inserted: 2, updated: 2, rejected: 1, isComplete: true })
    expect(await cities(store)).toEqual({ 'user-000001': 'c', 'user-000002': 'd' })
  })

  it('writes some chunks at once, tells of them in their order, and of equal ids still the last wins', async () => {
    const store = memoryDemographics()
    const finish: (() => void)[] = []
    let writing = 0
    let atOnce = 0
    const slow = {
      ...store,
      upsert: async (rows: Parameters<typeof store.upsert>[0]) => {
        atOnce = Math.max(atOnce, ++writing)
        await new Promise<void>((resolve) => finish.push(resolve))
        writing--
        return store.upsert(rows)
      },
    }
    const sources = ['a', 'b', 'c', 'd', 'e', 'f'].map((city, n) => ({
      people: [person(n % 5, city)],
      fraction: (n + 1) / 6,
    }))
    const told: number[] = []
    const loading = loadDemographics(chunksOf(...sources), {
      ...context,
      store: slow,
      onProgress: ({ inserted, updated }) => told.push(inserted + updated),
    })
    let isLoading = true
    const loaded = loading.finally(() => {
      isLoading = false
    })
    while (isLoading) {
      await setImmediate()
      // Who came last is done first.
      finish.pop()?.()
    }
    expect(await loaded).toMatchObject({ inserted: 5, updated: 1, isComplete: true })
    expect(atOnce).toBe(3)
    expect(told).toEqual([1, 2, 3, 4, 5, 6])
    expect(await cities(store)).toMatchObject({ 'user-000000': 'f', 'user-000001': 'b' })
  })

  it('waits for a chunk that has an id of the next one', async () => {
    const store = memoryDemographics()
    let isFirst = true
    const slowAtFirst = {
      ...store,
      upsert: async (rows: Parameters<typeof store.upsert>[0]) => {
        const wait = isFirst
        isFirst = false
        for (let turn = 0; wait && turn < 20; turn++) await setImmediate()
        return store.upsert(rows)
      },
    }
    await loadDemographics(chunksOf({ people: [person(1, 'a')] }, { people: [person(1, 'b')] }), {
      ...context,
      store: slowAtFirst,
    })
    expect(await cities(store)).toEqual({ 'user-000001': 'b' })
  })

  it('waits while the store is away, and stops on a refusal', async () => {
    const store = memoryDemographics()
    let failures = 3
    const flaky = {
      ...store,
      upsert: async (rows: Parameters<typeof store.upsert>[0]) => {
        if (failures-- > 0) throw new UnavailableError('away')
        return store.upsert(rows)
      },
    }
    const options = { ...context, users: 10, seed: 1 }
    expect(await seedDemographics({ ...options, store: flaky })).toMatchObject({ inserted: 10 })
    const refusing = { ...store, upsert: async () => Promise.reject(new RefusedError('no rights')) }
    await expect(seedDemographics({ ...options, store: refusing })).rejects.toThrow('no rights')
  })

  it('stops between chunks, and has told how far it came', async () => {
    const stop = new AbortController()
    const store = memoryDemographics()
    const told: LoadCounts[] = []
    const counts = await seedDemographics({
      ...context,
      store,
      users: 50_000,
      seed: 1,
      signal: stop.signal,
      onProgress: (now) => {
        told.push(now)
        if (told.length === 2) stop.abort()
      },
    })
    expect(counts).toEqual({ inserted: 10_000, updated: 0, rejected: 0, isComplete: false })
    expect(await store.count()).toBe(10_000)
  })

  it('makes nothing in the store when the file is none', async () => {
    let isMigrated = false
    const store = {
      ...memoryDemographics(),
      migrate: async () => {
        isMigrated = true
      },
    }
    // biome-ignore lint/correctness/useYield: it fails before there is anything to give.
    const none = (async function* (): AsyncGenerator<Chunk> {
      throw new ConfigError([{ where: 'f', what: 'no header' }])
    })()
    await expect(loadDemographics(none, { ...context, store })).rejects.toThrow(ConfigError)
    expect(isMigrated).toBe(false)
  })
})
