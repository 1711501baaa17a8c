// Readers of the views that are looked at, and the loop that keeps each up to date while somebody listens.
import { setMaxListeners } from 'node:events'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { PointsStore } from '../stores/points/points-store.ts'
import type { StoreState, View } from './api.ts'
import type { ViewQuery } from './query.ts'
import { createViewReader, type Extent, type ViewReader } from './reader.ts'
import { createStoreHealth, type StoreHealth } from './store-health.ts'

const POLL_MS = 1_000
const POLL_AT_MOST_MS = 10_000
/** Readers nobody used for this long are forgotten, with what they hold. */
const FORGET_AFTER_MS = 120_000
const READERS_AT_MOST = 24

/** Gets every change of a view and of the store's state, the present ones first. */
export interface Listener {
  readonly onView: (json: string) => void
  readonly onStore: (state: StoreState) => void
}

export interface Hub {
  /** The view as of now. Rejects as the store does. */
  view(query: ViewQuery): Promise<View>
  /** Begins to listen; the answer ends it. The store is read only while somebody listens. */
  listen(query: ViewQuery, listener: Listener): () => void
  health(): StoreHealth
  /** Ends all loops; resolves when the last read is done. */
  close(): Promise<void>
}

interface Watched {
  readonly reader: ViewReader
  readonly listeners: Set<Listener>
  usedMs: number
  /** What was sent last, and the same without the clock. */
  last: { readonly json: string; readonly content: string } | undefined
  loop: Promise<void> | undefined
}

export interface HubOptions {
  readonly pipeline: Pipeline
  readonly points: PointsStore
  readonly clock: Clock
  readonly log: Log
}

export function createHub({ pipeline, points, clock, log }: HubOptions): Hub {
  const watched = new Map<string, Watched>()
  const stop = new AbortController()
  // One listener per view that is looked at.
  setMaxListeners(READERS_AT_MOST * 2, stop.signal)
  const health = createStoreHealth(points, clock, log, (state) => {
    for (const one of watched.values())
      for (const listener of one.listeners) listener.onStore(state)
  })

  const wholeExtent = async (): Promise<Extent | null> => {
    const view = await watch({ range: { kind: 'all' }, points: 60, key: 'all/60' }).reader.view()
    return view.data === 'here' ? { fromMs: view.fromMs, toMs: view.toMs } : null
  }

  function watch(query: ViewQuery): Watched {
    const nowMs = clock.nowMs()
    const known = watched.get(query.key)
    if (known !== undefined) {
      known.usedMs = nowMs
      return known
    }
    forget(nowMs)
    const reader = createViewReader(pipeline, health.read, query, clock, wholeExtent)
    const fresh: Watched = {
      reader,
      listeners: new Set(),
      usedMs: nowMs,
      last: undefined,
      loop: undefined,
    }
    watched.set(query.key, fresh)
    return fresh
  }

  function forget(nowMs: number): void {
    const idle = [...watched].filter(([, one]) => one.listeners.size === 0)
    idle.sort(([, a], [, b]) => a.usedMs - b.usedMs)
    for (const [key, one] of idle) {
      const old = nowMs - one.usedMs > FORGET_AFTER_MS
      if (old || watched.size >= READERS_AT_MOST) watched.delete(key)
    }
  }

  async function poll(one: Watched): Promise<void> {
    let waitMs = POLL_MS
    while (one.listeners.size > 0 && !stop.signal.aborted) {
      try {
        tell(one, await one.reader.view())
        waitMs = POLL_MS
      } catch {
        // The health has told the listeners; here only the pace slows down.
        waitMs = Math.min(waitMs * 2, POLL_AT_MOST_MS)
      }
      one.usedMs = clock.nowMs()
      await clock.sleep(waitMs, stop.signal)
    }
    one.loop = undefined
  }

  return {
    view: (query) => watch(query).reader.view(),
    listen: (query, listener) => {
      const one = watch(query)
      one.listeners.add(listener)
      listener.onStore(health.state())
      if (one.last !== undefined) listener.onView(one.last.json)
      one.loop ??= poll(one)
      return () => {
        one.listeners.delete(listener)
        if (one.listeners.size === 0) one.last = undefined
      }
    },
    health: () => health,
    close: async () => {
      stop.abort()
      await Promise.all([...watched.values()].map((one) => one.loop))
      health.close()
    },
  }
}

/** Sends a view when anything but the clock moved. */
function tell(one: Watched, view: View): void {
  const { nowMs, ...rest } = view
  const content = JSON.stringify(rest)
  if (one.last?.content === content) return
  one.last = { json: JSON.stringify(view), content }
  for (const listener of one.listeners) listener.onView(one.last.json)
}
