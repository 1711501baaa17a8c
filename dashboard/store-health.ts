// The points store as the dashboard sees it: prepared once, watched for being slow or away, asked for each thing once.
import type { Additions } from '../data/addition.ts'
import type { Measurement, Point } from '../data/point.ts'
import type { Clock } from '../kit/clock.ts'
import { RefusedError, rootCause, UnavailableError } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import type { PointsQuery, PointsStore } from '../stores/points/points-store.ts'
import type { StoreState } from './api.ts'

/** Of the store what the dashboard reads with. */
export type PointsSource = Pick<PointsStore, 'read' | 'addUp'>

/** A read that takes longer is told as slow. */
const SLOW_MS = 4_000

export interface StoreHealth {
  /** The store; equal reads that are under way are shared. Rejects as the store does. */
  readonly points: PointsSource
  state(): StoreState
  close(): void
}

/** `onChange` is called whenever the state changes, and only then. The log gets a line per change, not per try. */
export function createStoreHealth(
  store: PointsStore,
  clock: Clock,
  log: Log,
  onChange: (state: StoreState) => void,
): StoreHealth {
  let state: StoreState = { state: 'ok', message: '' }
  let prepared: Promise<void> | undefined
  const pending = new Map<string, Promise<Point[]>>()
  const timers = new Set<AbortController>()

  const change = (next: StoreState) => {
    if (next.state === state.state && next.message === state.message) return
    if (next.state === 'ok') log.info('the points store answers again')
    else log.warn(next.message)
    state = next
    onChange(next)
  }
  const prepare = () => {
    prepared ??= store.prepare().catch((error: unknown) => {
      prepared = undefined
      throw error
    })
    return prepared
  }

  async function attempt(ask: () => Promise<Point[]>): Promise<Point[]> {
    const done = new AbortController()
    timers.add(done)
    const slow = clock.sleep(SLOW_MS, done.signal).then(() => {
      if (done.signal.aborted) return
      const message = `The points store (${store.description}) is slow to answer; waiting for it.`
      if (state.state === 'ok') change({ state: 'slow', message })
    })
    try {
      await prepare()
      const points = await ask()
      change({ state: 'ok', message: '' })
      return points
    } catch (error) {
      if (!(error instanceof UnavailableError)) log.debug(error, 'the points store refused a read')
      change({ state: 'down', message: messageOf(error, store.description) })
      throw error
    } finally {
      done.abort()
      timers.delete(done)
      await slow
    }
  }

  const shared = (key: string, ask: () => Promise<Point[]>) => {
    const under = pending.get(key)
    if (under !== undefined) return under
    const fresh = attempt(ask).finally(() => pending.delete(key))
    pending.set(key, fresh)
    return fresh
  }

  return {
    points: {
      read: (measurement, query) =>
        shared(keyOf(measurement, query), () => store.read(measurement, query)),
      addUp: (measurement, additions, query) =>
        shared(keyOf(measurement, query, additions), () =>
          store.addUp(measurement, additions, query),
        ),
    },
    state: () => state,
    close: () => {
      for (const timer of timers) timer.abort()
    },
  }
}

const keyOf = ({ name, tags }: Measurement, { fromMs, toMs }: PointsQuery, additions?: Additions) =>
  JSON.stringify([name, tags, String(fromMs), String(toMs), additions])

/** The stores' own errors say which store, where and what to do; others do not. */
function messageOf(error: unknown, description: string): string {
  if (error instanceof UnavailableError || error instanceof RefusedError) return error.message
  return `The points store (${description}) cannot be read: ${rootCause(error)}`
}
