// What every checkpoint store must do. Each adapter runs this suite; the lease's part is in lease-conformance.ts.
import { describe, expect, it } from 'vitest'
import { RefusedError } from '../../../kit/errors.ts'
import { describeChanges } from './change-conformance.ts'
import {
  bytes,
  type Instances,
  instancesOver,
  loaded,
  type PlaceForTests,
  whole,
} from './instances.ts'
import { describeLease } from './lease-conformance.ts'

export function describeCheckpointStore(
  name: string,
  newPlace: () => Promise<PlaceForTests>,
  options: { readonly largeBytes: number },
): void {
  describe(`checkpoints: ${name}`, () => {
    const instances = instancesOver(newPlace)
    describeSaving(instances, options.largeBytes)
    describeDamage(instances)
    describeChanges(instances)
  })
  describe(`the lease: ${name}`, () => describeLease(instancesOver(newPlace)))
}

function describeSaving({ twoInstances }: Instances, largeBytes: number): void {
  it('are none at first', async () => {
    const { first } = await twoInstances()
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
    const { first } = await twoInstances()
    const lease = await first.acquire()
    await lease.save(1, bytes())
    expect(await loaded(first)).toEqual({ number: 1, bytes: [], damaged: [] })
    const large = Buffer.alloc(largeBytes)
    for (let at = 0; at + 4 <= large.length; at += 4096) large.writeUInt32LE(at, at)
    await lease.save(2, large)
    expect(Buffer.compare((await first.store.load())?.parts[0] ?? bytes(), large)).toBe(0)
  })

  it('do not change with the bytes they were made of', async () => {
    const { first } = await twoInstances()
    const lease = await first.acquire()
    const own = bytes(1)
    await lease.save(1, own)
    own[0] = 2
    expect((await loaded(first))?.bytes).toEqual([1])
  })

  it('have numbers that rise; the newest may be saved again, as after a lost answer', async () => {
    const { first } = await twoInstances()
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
}

function describeDamage({ twoInstances }: Instances): void {
  it('fall back to the one before when the newest is damaged, and say so', async () => {
    const { first, second, place } = await twoInstances()
    const lease = await first.acquire()
    for (const number of [1, 2, 3]) await lease.save(number, bytes(number))
    await lease.release()
    await place.damage(whole(3))
    const next = await second.acquire()
    expect(next.newestNumber).toBe(3)
    const found = await loaded(second)
    expect(found).toMatchObject({ number: 2, bytes: [2] })
    expect(found?.damaged).toHaveLength(1)
    expect(found?.damaged[0]).toMatch(/3.*damaged/)
    // The intact one is kept beside the next, not the damaged one.
    await next.save(4, bytes(4))
    await place.damage(whole(4))
    expect(await loaded(second)).toMatchObject({ number: 2, bytes: [2] })
  })

  it('are refused when all are damaged; a new beginning is saved above them', async () => {
    const { first, place } = await twoInstances()
    const lease = await first.acquire()
    await lease.save(1, bytes(1))
    await lease.save(2, bytes(2))
    await place.damage(whole(1))
    await place.damage(whole(2))
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
    await place.damage(whole(3))
    expect((await loaded(first))?.number).toBe(2)
    await place.damage(whole(2))
    await expect(first.store.load()).rejects.toThrow(RefusedError)
  })
}
