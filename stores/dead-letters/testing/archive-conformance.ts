// What looking after records set aside must do, on every store. Each adapter runs this suite.
import { afterEach, describe, expect, it } from 'vitest'
import {
  type KeptRecord,
  keyOf,
  type Place,
  type Selection,
  type SetAside,
  type SetAsideArchive,
  type SetAsideStore,
} from '../dead-letters.ts'

export interface OpenedArchive {
  readonly store: SetAsideStore
  readonly archive: SetAsideArchive
}

const TOPIC = 'shop.events'
const letter = (offset: number, more: Partial<SetAside> = {}): SetAside => ({
  ...{ reason: 'json', field: '', detail: 'expected JSON', topic: TOPIC, partition: 0, offset },
  value: Buffer.from(`{"n": ${offset}`),
  ...more,
})

/** All that is kept of the topic or, with `more`, of the selection. */
export async function collect(
  archive: SetAsideArchive,
  more: Omit<Selection, 'topic'> = {},
): Promise<KeptRecord[]> {
  const records: KeptRecord[] = []
  for await (const record of archive.read({ topic: TOPIC, ...more })) records.push(record)
  return records
}

/** `open`: an empty store, and an archive that sees it. */
export function describeArchive(name: string, open: () => Promise<OpenedArchive>): void {
  describe(`looking after records set aside: ${name}`, () => {
    const opened: OpenedArchive[] = []
    afterEach(async () => {
      for (const { store, archive } of opened.splice(0)) {
        await archive.close()
        await store.close()
      }
    })
    const openWith = async (...records: readonly SetAside[]) => {
      const one = await open()
      opened.push(one)
      await one.store.append(records)
      return one
    }
    const offsets = async (...args: Parameters<typeof collect>) =>
      (await collect(...args)).map(({ offset }) => offset)

    it('finds nothing where nothing is', async () => {
      const { archive } = await openWith()
      expect(await collect(archive)).toEqual([])
      expect(await archive.counts(TOPIC)).toEqual([])
      expect(await archive.find({ topic: TOPIC, partition: 0, offset: 1 })).toBeUndefined()
    })

    it('reads them in the order they were set aside, with all that is known of them', async () => {
      const beforeMs = Date.now()
      const records = [
        letter(7, { reason: 'range', field: 'quantity', value: Buffer.of(0, 255, 10) }),
        letter(3, { reason: 'late', lateByMs: 1500 }),
        letter(5, { reason: 'tombstone', value: null, partition: 2 }),
      ]
      const { archive } = await openWith(...records)
      const found = await collect(archive)
      expect(found.map(({ offset }) => offset)).toEqual([7, 3, 5])
      for (const [i, { value, ...rest }] of records.entries()) {
        expect(found[i]).toMatchObject({ ...rest, isCut: false })
        expect(found[i].value && [...found[i].value]).toEqual(value && [...value])
        expect(found[i].setAsideMs).toBeGreaterThan(beforeMs - 60_000)
        expect(found[i].setAsideMs).toBeLessThan(Date.now() + 60_000)
      }
      expect(found.map(({ lateByMs }) => lateByMs)).toEqual([undefined, 1500, undefined])
    })

    it('reads those of a reason, of a topic, the last ones', async () => {
      const { archive } = await openWith(
        ...[letter(1), letter(2, { reason: 'range' }), letter(3), letter(4)],
        ...[letter(5, { topic: 'other' }), letter(6, { topic: `${TOPIC}.more` })],
      )
      expect(await offsets(archive)).toEqual([1, 2, 3, 4])
      expect(await offsets(archive, { reason: 'json' })).toEqual([1, 3, 4])
      expect(await offsets(archive, { reason: 'json', last: 2 })).toEqual([3, 4])
      expect(await offsets(archive, { last: 3 })).toEqual([2, 3, 4])
      expect(await offsets(archive, { last: 100 })).toEqual([1, 2, 3, 4])
      expect(await offsets(archive, { reason: 'gone' })).toEqual([])
      expect(await archive.counts(TOPIC)).toEqual([
        { reason: 'json', count: 3, replayed: 0 },
        { reason: 'range', count: 1, replayed: 0 },
      ])
    })

    it('finds one by its place', async () => {
      const { archive } = await openWith(letter(1), letter(2), letter(2, { partition: 1 }))
      const place: Place = { topic: TOPIC, partition: 1, offset: 2 }
      const found = await archive.find(place)
      expect(found && keyOf(found)).toBe(keyOf(place))
      expect(String(Buffer.from(found?.value ?? []))).toBe('{"n": 2')
      expect(await archive.find({ ...place, offset: 1 })).toBeUndefined()
      expect(await archive.find({ ...place, topic: 'other' })).toBeUndefined()
    })

    it('knows which were replayed, also after they were set aside again', async () => {
      const { archive, store } = await openWith(letter(1), letter(2), letter(3))
      expect(await offsets(archive, { isReplayed: false })).toEqual([1, 2, 3])
      await archive.markReplayed([letter(1), letter(3), letter(99)])
      await store.append([letter(3), letter(4)])
      expect(await offsets(archive, { isReplayed: false })).toEqual([2, 4])
      const replayed = await collect(archive, { isReplayed: true })
      expect(replayed.map(({ offset }) => offset)).toEqual([1, 3])
      for (const { replayedMs } of replayed) expect(replayedMs).toBeGreaterThan(Date.now() - 60_000)
      expect(await archive.counts(TOPIC)).toEqual([{ reason: 'json', count: 4, replayed: 2 }])
      expect((await collect(archive)).length).toBe(4)
    })

    it('reads a record once that was set aside twice, as after a crash', async () => {
      const { archive, store } = await openWith(letter(1), letter(2))
      await store.append([letter(2, { detail: 'again' }), letter(3)])
      const found = await collect(archive)
      expect(found.map(({ offset, detail }) => `${offset} ${detail}`)).toEqual([
        '1 expected JSON',
        '2 again',
        '3 expected JSON',
      ])
    })

    it('marks what is being read, and does not read what comes meanwhile', async () => {
      const count = 2_500
      const records = Array.from({ length: count }, (_, offset) => letter(offset))
      const { archive, store } = await openWith(...records)
      const seen: KeptRecord[] = []
      for await (const record of archive.read({ topic: TOPIC, isReplayed: false })) {
        seen.push(record)
        if (seen.length % 1_000 !== 1) continue
        await archive.markReplayed([record])
        await store.append([letter(count + seen.length)])
      }
      expect(seen.map(({ offset }) => offset)).toEqual(records.map(({ offset }) => offset))
      expect(await archive.counts(TOPIC)).toEqual([
        { reason: 'json', count: count + 3, replayed: 3 },
      ])
    })

    it('may be left in the middle, and asked again', async () => {
      const many = Array.from({ length: 3_000 }, (_, offset) => letter(offset))
      const { archive } = await openWith(...many)
      for await (const { offset } of archive.read({ topic: TOPIC })) if (offset === 10) break
      expect(await offsets(archive, { last: 1 })).toEqual([2_999])
    })

    it('gives back 5 MB records, one at a time', async () => {
      const value = new Uint8Array(5 << 20).map((_, i) => i % 251)
      const { archive } = await openWith(...[1, 2].map((offset) => letter(offset, { value })))
      for (const found of await collect(archive))
        expect(Buffer.compare(found.value ?? Buffer.of(), value)).toBe(0)
    })
  })
}
