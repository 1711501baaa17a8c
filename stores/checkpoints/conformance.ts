// What every checkpoint store must do. Each adapter runs this suite.
import { describe, expect, it } from 'vitest'
import type { CheckpointStore } from './checkpoints.ts'

/** `open`: an empty store, and how the same place is opened by the next process. */
export function describeCheckpoints(
  name: string,
  open: () => { readonly store: CheckpointStore; readonly reopened: () => CheckpointStore },
): void {
  const bytes = (...values: number[]) => Uint8Array.from(values)
  const loaded = async (store: CheckpointStore) => [
    ...((await store.load()) ?? Buffer.from('none')),
  ]

  describe(`checkpoints: ${name}`, () => {
    it('are none at first', async () => {
      expect(await open().store.load()).toBeUndefined()
    })

    it('are what was saved last, also for the next process', async () => {
      const { store, reopened } = open()
      await store.save(bytes(1, 2, 3, 4, 5))
      await store.save(bytes(0, 255))
      expect(await loaded(store)).toEqual([0, 255])
      expect(await loaded(reopened())).toEqual([0, 255])
      await reopened().save(bytes(7))
      expect(await loaded(store)).toEqual([7])
    })

    it('may be empty, and may be large', async () => {
      const { store } = open()
      await store.save(bytes())
      expect(await loaded(store)).toEqual([])
      const large = new Uint8Array(5 << 20).map((_, i) => i % 251)
      await store.save(large)
      expect(Buffer.compare((await store.load()) ?? bytes(), large)).toBe(0)
    })

    it('do not change with the bytes they were made of', async () => {
      const { store } = open()
      const own = bytes(1)
      await store.save(own)
      own[0] = 2
      expect(await loaded(store)).toEqual([1])
    })
  })
}
