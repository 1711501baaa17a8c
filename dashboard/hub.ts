// The views that are looked at, and the loop that keeps each up to date while somebody listens. Views of one range share
// what is read.
import { setMaxListeners } from 'node:events'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import type { PointsStore } from '../stores/points/points-store.ts'
import type { StoreState, TagValues, View } from './api.ts'
import { type Change, changesOf } from './changes.ts'
import type { ValuesQuery, ViewQuery } from './query.ts'
import { HOUR_MS } from './range.ts'
import { createRangeView } from './range-view.ts'
import { createRangeReader, type RangeReader } from './reader.ts'
import { createStoreHealth, type StoreHealth } from './store-health.ts'
import { tagValues } from './tag-values.ts'

const POLL_MS = 1_000
const POLL_AT_MOST_MS = 10_000
/** Views and readers nobody used for this long are forgotten, with what they hold. */
const FORGET_AFTER_MS = 120_000
const VIEWS_AT_MOST = 64
const READERS_AT_MOST = 16

/** Gets every change of a view and of the store's state, the present ones first. */
export interface Listener {
  /** The events that make up the whole view at first, then those of what changed; as JSON. */
  readonly onChange: (event: Change['event'], json: string) => void
  readonly onStore: (state: StoreState) => void
}

export interface Hub {
  /** The view as of now. Rejects as the store does. */
  view(query: ViewQuery): Promise<View>
  /** The values of a tag as of now. Rejects as the store does. */
  values(query: ValuesQuery): Promise<TagValues>
  /** Begins to listen; the answer ends it. The store is read only while somebody listens. */
  listen(query: ViewQuery, listener: Listener): () => void
  health(): StoreHealth
  /** Ends all loops; resolves when the last read is done. */
  close(): Promise<void>
}

interface Used {
  usedMs: number
}

interface Watched {
  readonly view: () => Promise<View>
  readonly listeners: Set<Listener>
  /** What was sent last. */
  last: View | undefined
  loop: Promise<void> | undefined
}

interface Shared {
  readonly reader: RangeReader
}

export interface HubOptions {
  readonly pipeline: Pipeline
  readonly points: PointsStore
  readonly clock: Clock
  readonly log: Log
}

/** Everything there is, coarsely: to tell where data is. */
const WHOLE: ViewQuery['span'] = {
  range: { kind: 'all' },
  points: 60,
  lengths: 1,
  hourMs: HOUR_MS,
  key: 'all/60/1',
}

export function createHub({ pipeline, points, clock, log }: HubOptions): Hub {
  const watched = new Map<string, Watched & Used>()
  const shared = new Map<string, Shared & Used>()
  const stop = new AbortController()
  // One listener per view that is looked at.
  setMaxListeners(READERS_AT_MOST * 2, stop.signal)
  const health = createStoreHealth(points, clock, log, (state) => {
    for (const one of watched.values())
      for (const listener of one.listeners) listener.onStore(state)
  })

  const wholeExtent = async () => {
    const { reader } = readerOf(WHOLE)
    await readWhole(reader)
    return reader.extent()
  }

  function readerOf(span: ViewQuery['span']): Shared {
    return find(
      shared,
      span.key,
      READERS_AT_MOST,
      () => true,
      () => ({
        reader: createRangeReader(pipeline, health.points, span, clock),
      }),
    )
  }

  function watch(query: ViewQuery): Watched & Used {
    const idle = ({ listeners }: Watched) => listeners.size === 0
    return find<Watched>(watched, query.key, VIEWS_AT_MOST, idle, () => {
      // A reader that was forgotten meanwhile is made anew.
      let view: (() => Promise<View>) | undefined
      let of: RangeReader | undefined
      const now = () => {
        const { reader } = readerOf(query.span)
        if (view === undefined || of !== reader)
          view = createRangeView(pipeline, reader, query, clock, wholeExtent)
        of = reader
        return view()
      }
      return { view: now, listeners: new Set(), last: undefined, loop: undefined }
    })
  }

  /** The one of that key, made when there is none. Such that were idle for long are forgotten, or when they are many. */
  function find<T extends object>(
    all: Map<string, T & Used>,
    key: string,
    most: number,
    idle: (one: T) => boolean,
    make: () => T,
  ): T & Used {
    const nowMs = clock.nowMs()
    const known = all.get(key)
    if (known !== undefined) {
      known.usedMs = nowMs
      return known
    }
    const old = [...all].filter(([, one]) => idle(one)).sort(([, a], [, b]) => a.usedMs - b.usedMs)
    for (const [other, one] of old)
      if (nowMs - one.usedMs > FORGET_AFTER_MS || all.size >= most) all.delete(other)
    const fresh = { ...make(), usedMs: nowMs }
    all.set(key, fresh)
    return fresh
  }

  async function poll(one: Watched & Used): Promise<void> {
    let waitMs = POLL_MS
    while (one.listeners.size > 0 && !stop.signal.aborted) {
      try {
        const view = await one.view()
        tell(one, view)
        waitMs = view.backToMs === null ? POLL_MS : 0
      } catch {
        // The health has told the listeners; here only the pace slows down.
        waitMs = Math.min(Math.max(waitMs, POLL_MS) * 2, POLL_AT_MOST_MS)
      }
      one.usedMs = clock.nowMs()
      await clock.sleep(waitMs, stop.signal)
    }
    one.loop = undefined
  }

  return {
    view: async (query) => {
      await readWhole(readerOf(query.span).reader)
      return watch(query).view()
    },
    values: (query) => tagValues(pipeline, readerOf(query.view.span).reader, query),
    listen: (query, listener) => {
      const one = watch(query)
      one.listeners.add(listener)
      listener.onStore(health.state())
      if (one.last !== undefined) send([listener], changesOf(undefined, one.last))
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

/** Who asks once wants the whole range. */
async function readWhole(reader: RangeReader): Promise<void> {
  do await reader.refresh()
  while (reader.backToMs() !== undefined)
}

/** Sends what changed of a view, if anything but the clock did. */
function tell(one: Watched, view: View): void {
  send(one.listeners, changesOf(one.last, view))
  one.last = view
}

function send(listeners: Iterable<Listener>, changes: readonly Change[]): void {
  const own = [...listeners]
  for (const { event, data } of changes) {
    const json = JSON.stringify(data)
    for (const { onChange } of own) onChange(event, json)
  }
}
