import { describe, expect, it } from 'vitest'
import { LostLeaseError } from '../../kit/errors.ts'
import { MemoryPlace, memoryCheckpoints } from './memory-place.ts'
import { describeCheckpointStore } from './testing/conformance.ts'

describeCheckpointStore(
  'memory',
  async () => {
    const place = new MemoryPlace()
    return {
      open: (clock) => memoryCheckpoints(place, clock),
      damage: async (saved) => place.damage(saved),
    }
  },
  { largeBytes: 5 << 20 },
)

describe('checkpoints in memory, without a clock of their own', () => {
  const options = (owner: string) => ({
    owner,
    signal: new AbortController().signal,
    onWaiting: () => {},
  })

  it('give the lease to the next when it expires, also to one who waits', async () => {
    const place = new MemoryPlace()
    const first = await memoryCheckpoints(place).acquire(options('first'))
    const waiting = memoryCheckpoints(place).acquire(options('second'))
    await first.confirm()
    place.expire()
    const second = await waiting
    expect(second.epoch).toBe(2)
    await expect(first.confirm()).rejects.toThrow(LostLeaseError)
    expect(first.lost.aborted).toBe(true)
    place.expire()
    expect((await memoryCheckpoints(place).acquire(options('third'))).epoch).toBe(3)
  })
})
