// What every store of records set aside must do. Each adapter runs this suite.
import { afterEach, describe, expect, it } from 'vitest'
import { keyOf, type SetAside, type SetAsideStore } from './dead-letters.ts'

export interface OpenedSetAside {
  readonly store: SetAsideStore
  /** What is kept, by identity. */
  readonly kept: () => Promise<ReadonlyMap<string, SetAside>>
}

const letter = (offset: number, more: Partial<SetAside> = {}): SetAside => ({
  reason: 'json',
  field: '',
  detail: 'expected JSON, got “{” – 本 🎈',
  topic: 'shop.events',
  partition: 3,
  offset,
  value: Uint8Array.of(123),
  ...more,
})

/** `open`: an empty store. */
export function describeSetAside(name: string, open: () => Promise<OpenedSetAside>): void {
  describe(`records set aside: ${name}`, () => {
    const opened: SetAsideStore[] = []
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close()
    })
    const newStore = async () => {
      const one = await open()
      opened.push(one.store)
      return one
    }
    const expectKept = async (one: OpenedSetAside, expected: readonly SetAside[]) => {
      const kept = await one.kept()
      expect([...kept.keys()].sort()).toEqual(expected.map(keyOf).sort())
      for (const { topic, partition, offset, value, ...rest } of expected) {
        const found = kept.get(keyOf({ topic, partition, offset }))
        expect(found).toMatchObject({ topic, partition, offset, ...rest })
        // Buffers are compared as a whole: megabytes of them are not walked through.
        if (value === null) expect(found?.value).toBeNull()
        else expect(Buffer.compare(found?.value ?? Buffer.of(), value)).toBe(0)
      }
    }

    it('are kept with reason, field, place, lateness and the original bytes', async () => {
      const one = await newStore()
      const letters = [
        letter(0, { value: Uint8Array.of(0, 255, 128, 10) }),
        letter(1, { reason: 'tombstone', value: null }),
        letter(2, { reason: 'empty', value: new Uint8Array(0) }),
        letter(2 ** 40, { reason: 'missing', field: 'user_id', partition: 0 }),
        letter(3, { reason: 'late', lateByMs: 61_234 }),
      ]
      await one.store.append(letters)
      await expectKept(one, letters)
    })

    it('are kept once when they are set aside again, as after a crash', async () => {
      const one = await newStore()
      await one.store.append([letter(1), letter(2)])
      await one.store.append([letter(2), letter(3)])
      await expectKept(one, [letter(1), letter(2), letter(3)])
    })

    it('may have 5 MB each, several at once', async () => {
      const one = await newStore()
      const value = new Uint8Array(5 << 20).map((_, i) => i % 251)
      const letters = [7, 8, 9].map((offset) => letter(offset, { reason: 'too_large', value }))
      await one.store.append(letters)
      await expectKept(one, letters)
    })

    it('may be many at once, or none', async () => {
      const one = await newStore()
      await one.store.append([])
      const letters = Array.from({ length: 5_000 }, (_, offset) => letter(offset))
      await one.store.append(letters)
      expect((await one.kept()).size).toBe(5_000)
    })
  })
}
