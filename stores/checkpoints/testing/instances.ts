// For the conformance suites: instances of a job over one place, each with a clock of its own.
import { afterEach, expect, vi } from 'vitest'
import type { Clock } from '../../../kit/clock.ts'
import type { CheckpointStore, Lease } from '../checkpoint-store.ts'
import type { Saved } from '../place.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'

/** A place for the checkpoints of one job, empty at first. */
export interface PlaceForTests {
  /** The store of one more instance. */
  open(clock: Clock): CheckpointStore
  /** Changes a byte of what was saved. */
  damage(saved: Saved): Promise<void>
}

export interface Instance {
  readonly store: CheckpointStore
  readonly clock: ManualClock
  /** Whom it was told to wait for. */
  readonly waitedFor: string[]
  acquire(signal?: AbortSignal): Promise<Lease>
}

export type Instances = ReturnType<typeof instancesOver>

const never = new AbortController().signal

/** To be called within a `describe`: all stores are closed after each test. */
export function instancesOver(newPlace: () => Promise<PlaceForTests>) {
  const opened: CheckpointStore[] = []
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close()
  })
  const instanceOf = (place: PlaceForTests, owner: string): Instance => {
    const clock = manualClock()
    const store = place.open(clock)
    opened.push(store)
    const waitedFor: string[] = []
    const onWaiting = (holder: string) => waitedFor.push(holder)
    const acquire = (signal = never) => store.acquire({ owner, signal, onWaiting })
    return { store, clock, waitedFor, acquire }
  }
  const twoInstances = async () => {
    const place = await newPlace()
    return { first: instanceOf(place, 'first'), second: instanceOf(place, 'second'), place }
  }
  /** The second took over while the first was frozen. */
  const takenOver = async () => {
    const { first, second, place } = await twoInstances()
    const old = await first.acquire()
    await old.save(1, bytes(1))
    await old.confirm()
    const waiting = second.acquire()
    await eventually(() => expect(second.waitedFor).toEqual(['first']))
    first.clock.freezeMs(7000)
    await second.clock.moveMs(7000)
    return { first, second, place, old, successor: await waiting }
  }
  return { newPlace, instanceOf, twoInstances, takenOver }
}

export const bytes = (...values: number[]) => Uint8Array.from(values)

/** What is loaded, the bytes of its parts one after the other. */
export async function loaded({ store }: Instance) {
  const found = await store.load()
  if (found === undefined) return undefined
  const { number, damaged, parts } = found
  return { number, damaged, bytes: parts.flatMap((part) => [...part]) }
}

export const whole = (number: number): Saved => ({ number, isWhole: true })
export const change = (number: number): Saved => ({ number, isWhole: false })

/** Waits for as long as the slowest server may take. */
export const eventually = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 5 })
