// What every checkpoint store must do with changes of a checkpoint. Part of the conformance suite.
import { expect, it } from 'vitest'
import { LostLeaseError } from '../../../kit/errors.ts'
import { bytes, change, type Instances, loaded, whole } from './instances.ts'

export function describeChanges({ twoInstances, takenOver }: Instances): void {
  /** Whole at 1, with changes up to `last`; the byte of each is its number. */
  const extended = async (last: number) => {
    const { first, second, place } = await twoInstances()
    const lease = await first.acquire()
    await lease.save(1, bytes(1))
    for (let number = 2; number <= last; number++) await lease.extend(number, bytes(number))
    return { first, second, place, lease }
  }

  it('are a whole one and all that changed since, in order', async () => {
    const { first, second, lease } = await extended(12)
    const numbers = Array.from({ length: 12 }, (_, i) => i + 1)
    const expected = { number: 12, bytes: numbers, damaged: [] }
    expect(await loaded(first)).toEqual(expected)
    expect(await loaded(second)).toEqual(expected)
    await lease.release()
    expect((await second.acquire()).newestNumber).toBe(12)
  })

  it('begin anew with every whole one', async () => {
    const { first, lease } = await extended(3)
    await lease.save(4, bytes(40))
    expect(await loaded(first)).toEqual({ number: 4, bytes: [40], damaged: [] })
    await lease.extend(5, bytes(5))
    expect(await loaded(first)).toEqual({ number: 5, bytes: [40, 5], damaged: [] })
  })

  it('may be made whole at a number that is behind already, while others are added', async () => {
    const { first, lease } = await extended(4)
    await Promise.all([lease.save(3, bytes(30)), lease.extend(5, bytes(5))])
    expect(await loaded(first)).toEqual({ number: 5, bytes: [30, 4, 5], damaged: [] })
    await lease.extend(6, bytes(6))
    await lease.save(5, bytes(50))
    expect(await loaded(first)).toEqual({ number: 6, bytes: [50, 6], damaged: [] })
    await expect(lease.save(4, bytes(4))).rejects.toThrow('of at least 5, got 4')
  })

  it('change only what this lease has saved, one after the other', async () => {
    const { first, second, lease } = await extended(2)
    await expect(lease.extend(4, bytes(4))).rejects.toThrow(
      'a change of checkpoint 2, got number 4',
    )
    await lease.release()
    const next = await second.acquire()
    await expect(next.extend(3, bytes(3))).rejects.toThrow('a change of checkpoint')
    await next.save(3, bytes(30))
    await next.extend(4, bytes(4))
    expect(await loaded(first)).toEqual({ number: 4, bytes: [30, 4], damaged: [] })
  })

  it('end before a damaged change, and say so', async () => {
    const { first, second, place, lease } = await extended(5)
    await place.damage(change(4))
    const found = await loaded(first)
    expect(found).toMatchObject({ number: 3, bytes: [1, 2, 3] })
    expect(found?.damaged).toHaveLength(1)
    expect(found?.damaged[0]).toMatch(/4.*damaged/)
    await lease.release()
    // Numbers go on above everything that is there.
    const next = await second.acquire()
    expect(next.newestNumber).toBe(5)
    expect((await loaded(second))?.number).toBe(3)
    await next.save(6, bytes(6))
    expect(await loaded(second)).toEqual({ number: 6, bytes: [6], damaged: [] })
    await place.damage(whole(6))
    expect(await loaded(second)).toMatchObject({ number: 3, bytes: [1, 2, 3] })
  })

  it('are read from the whole one before when a later one is damaged', async () => {
    const { first, place, lease } = await extended(4)
    await lease.save(3, bytes(30))
    await lease.extend(5, bytes(5))
    await place.damage(whole(3))
    const found = await loaded(first)
    expect(found).toMatchObject({ number: 5, bytes: [1, 2, 3, 4, 5] })
    expect(found?.damaged).toHaveLength(1)
    // Two whole ones later nothing of before is needed any more.
    await lease.save(4, bytes(40))
    await lease.save(5, bytes(50))
    expect(await loaded(first)).toEqual({ number: 5, bytes: [50], damaged: [] })
    await place.damage(whole(5))
    expect(await loaded(first)).toMatchObject({ number: 5, bytes: [40, 5] })
  })

  it('are not changed by one that was taken over from', async () => {
    const { second, old, successor } = await takenOver()
    await successor.save(2, bytes(2))
    await expect(old.extend(2, bytes(222))).rejects.toThrow(LostLeaseError)
    await successor.extend(3, bytes(3))
    expect((await loaded(second))?.bytes).toEqual([2, 3])
  })
}
