// What every checkpoint store must do. Each adapter runs this suite.
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Clock } from '../../../kit/clock.ts'
import { LostLeaseError, RefusedError } from '../../../kit/errors.ts'
import type { CheckpointStore, Lease } from '../checkpoint-store.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'

/** A place for the checkpoints of one job, empty at first. */
export interface PlaceForTests {
  /** The store of one more instance. */
  open(clock: Clock): CheckpointStore
  /** Changes a byte of a saved checkpoint. */
  damage(number: number): Promise<void>
}

interface Instance {
  readonly store: CheckpointStore
  readonly clock: ManualClock
  /** Whom it was told to wait for. */
  readonly waitedFor: string[]
  acquire(signal?: AbortSignal): Promise<Lease>
}

const never = new AbortController().signal
const bytes = (...values: number[]) => Uint8Array.from(values)

export function describeCheckpointStore(
  name: string,
  newPlace: () => Promise<PlaceForTests>,
  options: { readonly largeBytes: number },
): void {
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
  const newInstance = async (owner = 'first') => instanceOf(await newPlace(), owner)
  const twoInstances = async () => {
    const place = await newPlace()
    return { first: instanceOf(place, 'first'), second: instanceOf(place, 'second'), place }
  }
  const loaded = async ({ store }: Instance) => {
    const found = await store.load()
    return found && { ...found, bytes: [...found.bytes] }
  }
  /** The second took over while the first was frozen. */
  const takenOver = async () => {
    const { first, second, place } = await twoInstances()
    const old = await first.acquire()
    await old.save(1, bytes(1))
    await old.confirm()
    const waiting = second.acquire()
    await vi.waitFor(() => expect(second.waitedFor).toEqual(['first']))
    first.clock.freezeMs(7000)
    await second.clock.moveMs(7000)
    return { first, second, place, old, successor: await waiting }
  }

  describe(`checkpoints: ${name}`, () => {
    it('are none at first', async () => {
      const first = await newInstance()
      expect(await first.store.load()).toBeUndefined()
      const lease = await first.acquire()
      expect([lease.epoch, lease.newestNumber, lease.lost.aborted]).toEqual([1, 0, false])
      expect(await first.store.load()).toBeUndefined()
    })

    it('are what was saved last, also for the next process', async () => {
      const { first, second } = await twoInstances()
      const lease = await first.acquire()
      await lease.save(1, bytes(1, 2, 3, 4, 5))
      await lease.save(2, bytes(0, 255))
      await lease.save(10, bytes(10))
      const expected = { number: 10, bytes: [10], damaged: [] }
      expect(await loaded(first)).toEqual(expected)
      expect(await loaded(second)).toEqual(expected)
      await lease.release()
      const next = await second.acquire()
      expect(next.newestNumber).toBe(10)
      await next.save(11, bytes(11))
      expect(await loaded(first)).toEqual({ number: 11, bytes: [11], damaged: [] })
    })

    it('may be empty, and may be large', async () => {
      const first = await newInstance()
      const lease = await first.acquire()
      await lease.save(1, bytes())
      expect(await loaded(first)).toEqual({ number: 1, bytes: [], damaged: [] })
      const large = Buffer.alloc(options.largeBytes)
      for (let at = 0; at + 4 <= large.length; at += 4096) large.writeUInt32LE(at, at)
      await lease.save(2, large)
      expect(Buffer.compare((await first.store.load())?.bytes ?? bytes(), large)).toBe(0)
    })

    it('do not change with the bytes they were made of', async () => {
      const first = await newInstance()
      const lease = await first.acquire()
      const own = bytes(1)
      await lease.save(1, own)
      own[0] = 2
      expect((await loaded(first))?.bytes).toEqual([1])
    })

    it('have numbers that rise; the newest may be saved again, as after a lost answer', async () => {
      const first = await newInstance()
      const lease = await first.acquire()
      await lease.save(5, bytes(5))
      await lease.save(6, bytes(6))
      await lease.save(6, bytes(66))
      await expect(lease.save(5, bytes(5))).rejects.toThrow('expected a checkpoint number')
      expect((await loaded(first))?.bytes).toEqual([66])
      await lease.release()
      const again = await first.acquire()
      await expect(again.save(6, bytes(6))).rejects.toThrow('of at least 7, got 6')
    })

    it('fall back to the one before when the newest is damaged, and say so', async () => {
      const { first, second, place } = await twoInstances()
      const lease = await first.acquire()
      for (const number of [1, 2, 3]) await lease.save(number, bytes(number))
      await lease.release()
      await place.damage(3)
      const next = await second.acquire()
      expect(next.newestNumber).toBe(3)
      const found = await loaded(second)
      expect(found).toMatchObject({ number: 2, bytes: [2] })
      expect(found?.damaged).toHaveLength(1)
      expect(found?.damaged[0]).toMatch(/3.*damaged/)
      // The intact one is kept beside the next, not the damaged one.
      await next.save(4, bytes(4))
      await place.damage(4)
      expect(await loaded(second)).toMatchObject({ number: 2, bytes: [2] })
    })

    it('are refused when all are damaged; a new beginning is saved above them', async () => {
      const { first, place } = await twoInstances()
      const lease = await first.acquire()
      await lease.save(1, bytes(1))
      await lease.save(2, bytes(2))
      await place.damage(1)
      await place.damage(2)
      const loading = first.store.load()
      await expect(loading).rejects.toThrow(RefusedError)
      await expect(loading).rejects.toThrow(/All checkpoints .*2.*1.*--from earliest/s)
      await lease.release()
      const next = await first.acquire()
      await next.save(next.newestNumber + 1, bytes(3))
      expect(await loaded(first)).toEqual({ number: 3, bytes: [3], damaged: [] })
    })

    it('are as many as two', async () => {
      const { first, place } = await twoInstances()
      const lease = await first.acquire()
      for (const number of [1, 2, 3]) await lease.save(number, bytes(number))
      await place.damage(3)
      expect((await loaded(first))?.number).toBe(2)
      await place.damage(2)
      await expect(first.store.load()).rejects.toThrow(RefusedError)
    })
  })

  describe(`the lease: ${name}`, () => {
    it('is held by one: the other waits for as long as the first beats', async () => {
      const { first, second } = await twoInstances()
      const lease = await first.acquire()
      const stop = new AbortController()
      let isOver = false
      const waiting = second.acquire(stop.signal).finally(() => {
        isOver = true
      })
      await vi.waitFor(() => expect(second.waitedFor).toEqual(['first']))
      for (let movedMs = 0; movedMs < 20_000; movedMs += 1000) {
        await first.clock.moveMs(1000)
        await second.clock.moveMs(1000)
      }
      expect(isOver).toBe(false)
      expect(second.waitedFor).toEqual(['first'])
      await lease.confirm()
      await lease.save(1, bytes(1))
      expect(lease.lost.aborted).toBe(false)
      stop.abort(new Error('told to stop'))
      await expect(waiting).rejects.toThrow('told to stop')
    })

    it('is taken over after silence, not sooner', async () => {
      const { first, second } = await twoInstances()
      const lease = await first.acquire()
      let isOver = false
      const waiting = second.acquire().finally(() => {
        isOver = true
      })
      await vi.waitFor(() => expect(second.waitedFor).toEqual(['first']))
      await second.clock.moveMs(5500)
      expect(isOver).toBe(false)
      await second.clock.moveMs(500)
      expect((await waiting).epoch).toBe(lease.epoch + 1)
    })

    it('is had at once after a release', async () => {
      const { first, second } = await twoInstances()
      const lease = await first.acquire()
      await lease.release()
      await lease.release()
      const next = await second.acquire()
      expect(next.epoch).toBe(lease.epoch + 1)
      expect(second.waitedFor).toEqual([])
      await expect(lease.save(1, bytes(1))).rejects.toThrow('released')
      expect(lease.lost.aborted).toBe(false)
    })

    it('goes to one of many who wait for it', async () => {
      const place = await newPlace()
      const holder = await instanceOf(place, 'holder').acquire()
      const stop = new AbortController()
      const instances = ['a', 'b', 'c'].map((owner) => instanceOf(place, owner))
      const acquired: Lease[] = []
      const acquiring = instances.map((one) =>
        one.acquire(stop.signal).then((lease) => acquired.push(lease)),
      )
      for (const { waitedFor } of instances)
        await vi.waitFor(() => expect(waitedFor).toEqual(['holder']))
      await holder.release()
      await Promise.all(instances.map(({ clock }) => clock.moveMs(500)))
      await vi.waitFor(() => expect(acquired).toHaveLength(1))
      await Promise.all(instances.map(({ clock }) => clock.moveMs(1000)))
      expect(acquired.map(({ epoch }) => epoch)).toEqual([2])
      stop.abort()
      await Promise.allSettled(acquiring)
    })

    it('once lost is lost: a frozen instance that wakes up saves nothing', async () => {
      const { first, second, old, successor } = await takenOver()
      expect(successor.newestNumber).toBe(1)
      await successor.save(2, bytes(2))
      await expect(old.save(2, bytes(222))).rejects.toThrow(LostLeaseError)
      expect(old.lost.aborted).toBe(true)
      expect(old.lost.reason).toBeInstanceOf(LostLeaseError)
      await expect(old.confirm()).rejects.toThrow(LostLeaseError)
      await old.release()
      await successor.save(3, bytes(3))
      await successor.confirm()
      const expected = { number: 3, bytes: [3], damaged: [] }
      expect(await loaded(second)).toEqual(expected)
      expect(await loaded(first)).toEqual(expected)
    })

    it('is not vouched for by one who was frozen: confirm asks', async () => {
      const { old } = await takenOver()
      await expect(old.confirm()).rejects.toThrow(/took over/)
      expect(old.lost.aborted).toBe(true)
    })

    it('tells that it is lost by itself', async () => {
      const { first, old } = await takenOver()
      expect(old.lost.aborted).toBe(false)
      first.clock.thaw()
      await vi.waitFor(() => expect(old.lost.aborted).toBe(true))
    })

    it('can be acquired again by the one who lost it', async () => {
      const { first, old, successor } = await takenOver()
      await expect(old.confirm()).rejects.toThrow(LostLeaseError)
      await successor.save(2, bytes(2))
      await successor.release()
      const again = await first.acquire()
      expect([again.epoch, again.newestNumber]).toEqual([3, 2])
      await again.save(3, bytes(3))
      expect(await loaded(first)).toEqual({ number: 3, bytes: [3], damaged: [] })
    })

    it('of a store that is closed is given up by silence', async () => {
      const { first, second } = await twoInstances()
      await (await first.acquire()).save(1, bytes(1))
      await first.store.close()
      const waiting = second.acquire()
      await vi.waitFor(() => expect(second.waitedFor).toEqual(['first']))
      await second.clock.moveMs(6000)
      expect((await waiting).epoch).toBe(2)
    })
  })
}
