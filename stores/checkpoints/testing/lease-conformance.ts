// What every checkpoint store must do as to who may save. Part of the conformance suite.
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { LostLeaseError } from '../../../kit/errors.ts'
import type { Lease } from '../checkpoint-store.ts'
import { bytes, eventually, type Instances, loaded } from './instances.ts'

export function describeLease(instances: Instances): void {
  describeWaiting(instances)
  describeLosing(instances)
}

function describeWaiting({ newPlace, instanceOf, twoInstances }: Instances): void {
  it('is held by one: the other waits for as long as the first beats', async () => {
    const { first, second } = await twoInstances()
    const lease = await first.acquire()
    const stop = new AbortController()
    let isOver = false
    const waiting = second.acquire(stop.signal).finally(() => {
      isOver = true
    })
    await eventually(() => expect(second.waitedFor).toEqual(['first']))
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
    await eventually(() => expect(second.waitedFor).toEqual(['first']))
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

  it('tells who holds it to those who only look', async () => {
    const { first, second } = await twoInstances()
    const holderWhile = async (step = async () => {}) => {
      let isOver = false
      const asking = second.store.holder().finally(() => {
        isOver = true
      })
      while (!isOver) {
        second.clock.freezeMs(250)
        second.clock.thaw()
        await step()
        await delay(1)
      }
      return asking
    }
    expect(await holderWhile()).toBeUndefined()
    const lease = await first.acquire()
    expect(await holderWhile(() => first.clock.moveMs(1000))).toBe('first')
    expect(await holderWhile()).toBeUndefined()
    await lease.confirm()
    await lease.release()
    expect(await holderWhile()).toBeUndefined()
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
      await eventually(() => expect(waitedFor).toEqual(['holder']))
    await holder.release()
    await Promise.all(instances.map(({ clock }) => clock.moveMs(500)))
    await eventually(() => expect(acquired).toHaveLength(1))
    await Promise.all(instances.map(({ clock }) => clock.moveMs(1000)))
    expect(acquired.map(({ epoch }) => epoch)).toEqual([2])
    stop.abort()
    await Promise.allSettled(acquiring)
  })
}

function describeLosing({ twoInstances, takenOver }: Instances): void {
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
    await eventually(() => expect(old.lost.aborted).toBe(true))
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
    await eventually(() => expect(second.waitedFor).toEqual(['first']))
    await second.clock.moveMs(6000)
    expect((await waiting).epoch).toBe(2)
  })
}
