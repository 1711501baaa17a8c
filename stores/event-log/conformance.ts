// What every event log must do. Each adapter runs this suite.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { valueAt } from './batch.ts'
import type { EventLog, EventLogReader, ReaderOptions, RecordBatch } from './event-log.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

export function describeEventLog(name: string, open: () => Promise<EventLog>): void {
  describe(`event log: ${name}`, () => {
    let log: EventLog
    let topics = 0
    beforeAll(async () => {
      log = await open()
    })
    afterAll(async () => {
      await log.close()
    })

    /** A topic of its own for each test. */
    const newTopic = async (partitions: number): Promise<string> => {
      const topic = `conformance-${process.pid}-${Date.now()}-${topics++}`
      expect(await log.createTopic(topic, partitions)).toBe(partitions)
      return topic
    }
    const append = async (
      topic: string,
      values: readonly (Uint8Array | null)[],
      key = (i: number) => `k${i}`,
    ) => {
      const writer = await log.writer(topic)
      await writer.append(values.map((value, i) => ({ key: key(i), value })))
      await writer.close()
    }
    const withReader = async <T>(
      topic: string,
      options: Omit<ReaderOptions, 'topic' | 'group'>,
      use: (reader: EventLogReader) => Promise<T>,
    ): Promise<T> => {
      const reader = await log.reader({ topic, group: `group-${topic}`, ...options })
      try {
        return await use(reader)
      } finally {
        await reader.close()
      }
    }

    it('makes a topic once: a second time it keeps its partitions', async () => {
      const topic = await newTopic(3)
      expect(await log.createTopic(topic, 5)).toBe(3)
    })

    it('tells whether a topic could be made, and makes none', async () => {
      const topic = `conformance-none-${process.pid}-${Date.now()}`
      await log.tryCreateTopic(topic)
      expect(await log.ends(topic)).toEqual(new Map())
      await log.tryCreateTopic(await newTopic(1))
      const full = await newTopic(1)
      await log.tryWrite(full)
      expect(await log.ends(full)).toEqual(new Map([[0, 0]]))
    })

    it('gives back every value, byte for byte, in order within its partition', async () => {
      const topic = await newTopic(4)
      const values = Array.from({ length: 2_000 }, (_, i) => bytes(`value ${i} ✓`))
      await append(topic, values, (i) => `key-${i % 17}`)
      const batches = await withReader(topic, {}, readAll)
      const texts = batches.flatMap(textsOf)
      expect(texts.toSorted()).toEqual(
        values.map((value) => new TextDecoder().decode(value)).toSorted(),
      )
      for (const partition of new Set(batches.map((batch) => batch.partition))) {
        const own = batches.filter((batch) => batch.partition === partition)
        const numbers = own.flatMap(textsOf).map((text) => Number(text.split(' ')[1]))
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
        const offsets = own.flatMap((batch) => [...batch.offsets.subarray(0, batch.count)])
        expect(offsets).toEqual(offsets.map((_, i) => offsets[0] + i))
      }
    })

    it('gives the same where the memory of batches is used again', async () => {
      const topic = await newTopic(2)
      const values = Array.from({ length: 3 }, (_, n) =>
        Array.from({ length: 400 }, (_, i) => bytes(`value ${n} ${'x'.repeat((n * i) % 50)} ${i}`)),
      )
      for (const some of values) await append(topic, some)
      const texts = (reusesMemory: boolean) =>
        withReader(topic, { reusesMemory }, async (reader) => {
          const read: string[] = []
          const partitions = [...reader.positions().keys()]
          while (read.length < 1_200) {
            const batch = await reader.read(partitions, 5_000)
            if (batch === undefined) break
            read.push(...textsOf(batch).map((text) => `${batch.partition} ${text}`))
          }
          return read.toSorted()
        })
      expect(await texts(true)).toEqual(await texts(false))
    })

    it('keeps records of one key in one partition', async () => {
      const topic = await newTopic(4)
      await append(
        topic,
        Array.from({ length: 50 }, (_, i) => bytes(String(i))),
        () => 'same',
      )
      const batches = await withReader(topic, {}, readAll)
      expect(new Set(batches.map((batch) => batch.partition)).size).toBe(1)
      expect(batches.flatMap(textsOf)).toEqual(Array.from({ length: 50 }, (_, i) => String(i)))
    })

    it('puts a record where it is told to', async () => {
      const topic = await newTopic(4)
      const writer = await log.writer(topic)
      await writer.append([2, 0, 2].map((partition, i) => ({ partition, value: bytes(`${i}`) })))
      await writer.close()
      const batches = await withReader(topic, {}, readAll)
      const at = (wanted: number) =>
        batches.filter(({ partition }) => partition === wanted).flatMap(textsOf)
      expect([0, 1, 2, 3].map(at)).toEqual([['1'], [], ['0', '2'], []])
    })

    it('tells a record without a value from an empty one', async () => {
      const topic = await newTopic(1)
      await append(topic, [bytes('a'), null, new Uint8Array(0), bytes('b')])
      const [batch] = await withReader(topic, {}, readAll)
      const values = [0, 1, 2, 3].map((i) => valueAt(batch, i))
      expect(values[1]).toBeNull()
      expect(values.map((value) => value?.length)).toEqual([1, undefined, 0, 1])
    })

    it('passes bytes that are no text through', async () => {
      const topic = await newTopic(1)
      const raw = Uint8Array.from([0, 255, 128, 10, 0, 200])
      await append(topic, [raw])
      const [batch] = await withReader(topic, {}, readAll)
      expect(Array.from(valueAt(batch, 0) ?? [])).toEqual(Array.from(raw))
    })

    it('knows when each record was appended, the same at every reading', async () => {
      const topic = await newTopic(1)
      const beforeMs = Date.now()
      await append(topic, [bytes('a'), null])
      await append(topic, [bytes('b')])
      const afterMs = Date.now()
      const read = async () => {
        const batches = await withReader(topic, {}, readAll)
        return batches.flatMap(({ appendedMs, count }) => [...appendedMs.subarray(0, count)])
      }
      const times = await read()
      expect(times).toHaveLength(3)
      for (const timeMs of times) {
        expect(timeMs).toBeGreaterThanOrEqual(beforeMs)
        expect(timeMs).toBeLessThanOrEqual(afterMs)
      }
      expect(await read()).toEqual(times)
    })

    it('reads on from any offset, also from the middle of what was appended at once', async () => {
      const topic = await newTopic(1)
      await append(
        topic,
        Array.from({ length: 100 }, (_, i) => bytes(String(i))),
      )
      for (const offset of [0, 1, 57, 99]) {
        const batches = await withReader(topic, { from: new Map([[0, offset]]) }, readAll)
        const expected = Array.from({ length: 100 - offset }, (_, i) => String(offset + i))
        expect(batches.flatMap(textsOf)).toEqual(expected)
      }
    })

    it('tells positions and ends: equal when everything is read', async () => {
      const topic = await newTopic(2)
      await append(
        topic,
        Array.from({ length: 30 }, (_, i) => bytes(String(i))),
      )
      await withReader(topic, {}, async (reader) => {
        const ends = await reader.ends()
        expect([...ends.keys()].toSorted()).toEqual([0, 1])
        expect([...ends.values()].reduce((a, b) => a + b)).toBe(30)
        expect([...reader.positions().values()]).toEqual([0, 0])
        await readAll(reader)
        expect(new Map(reader.positions())).toEqual(new Map(ends))
      })
    })

    it('tells the ends to those who only look, and makes no topic for them', async () => {
      const topic = await newTopic(2)
      const writer = await log.writer(topic)
      await writer.append([1, 1].map((partition) => ({ partition, value: bytes('x') })))
      await writer.close()
      const expected = [
        [0, 0],
        [1, 2],
      ]
      expect([...(await log.ends(topic))]).toEqual(expected)
      expect([...(await log.ends(`${topic}-none`))]).toEqual([])
      expect(await log.createTopic(`${topic}-none`, 1)).toBe(1)
    })

    it('reads only wanted partitions', async () => {
      const topic = await newTopic(2)
      await append(
        topic,
        Array.from({ length: 40 }, (_, i) => bytes(String(i))),
      )
      await withReader(topic, {}, async (reader) => {
        const end = (await reader.ends()).get(1) ?? 0
        let seen = 0
        while (seen < end) {
          const batch = await reader.read([1], 5_000)
          expect(batch?.partition).toBe(1)
          seen += batch?.count ?? 0
        }
        expect(await reader.read([1], 0)).toBeUndefined()
        expect(reader.positions().get(0)).toBe(0)
      })
    })

    it('starts at the latest record when asked to, and then gets new ones', async () => {
      const topic = await newTopic(1)
      await append(topic, [bytes('old')])
      await withReader(topic, { startAt: 'latest' }, async (reader) => {
        expect(reader.positions().get(0)).toBe(1)
        await append(topic, [bytes('new')])
        expect((await readAll(reader)).flatMap(textsOf)).toEqual(['new'])
      })
    })

    it('starts again where it is told to, whatever was committed', async () => {
      const topic = await newTopic(1)
      await append(
        topic,
        Array.from({ length: 10 }, (_, i) => bytes(String(i))),
      )
      await withReader(topic, {}, async (reader) => {
        await readAll(reader)
        await reader.commit(new Map([[0, 7]]))
        await reader.commit(new Map([[0, 7]]))
      })
      const again = await withReader(topic, { from: new Map([[0, 4]]) }, readAll)
      expect(again.flatMap(textsOf)).toEqual(['4', '5', '6', '7', '8', '9'])
    })

    it('adds partitions, never takes any away, and keeps what is there', async () => {
      const topic = await newTopic(2)
      await append(topic, [bytes('a'), bytes('b')])
      expect(await log.addPartitions(topic, 5)).toBe(5)
      expect(await log.addPartitions(topic, 3)).toBe(5)
      const batches = await withReader(topic, {}, readAll)
      expect(batches.flatMap(textsOf).toSorted()).toEqual(['a', 'b'])
    })

    it('notices partitions added while it is read, and reads them from their first record', async () => {
      const topic = await newTopic(1)
      await append(topic, [bytes('old 1'), bytes('old 2')])
      await withReader(topic, { startAt: 'latest' }, async (reader) => {
        await append(topic, [bytes('new')])
        expect((await readAll(reader)).flatMap(textsOf)).toEqual(['new'])
        await log.addPartitions(topic, 3)
        const writer = await log.writer(topic)
        await writer.append([0, 1, 2].map((partition) => ({ partition, value: bytes('more') })))
        await writer.close()
        const batches = await readAll(reader)
        expect(batches.map(({ partition }) => partition).toSorted()).toEqual([0, 1, 2])
        expect(batches.flatMap(textsOf)).toEqual(['more', 'more', 'more'])
        expect(new Map(reader.positions())).toEqual(
          new Map([
            [0, 4],
            [1, 1],
            [2, 1],
          ]),
        )
      })
    })

    it('closes twice without harm, and reads nothing after', async () => {
      const topic = await newTopic(1)
      const reader = await log.reader({ topic, group: `group-${topic}` })
      await reader.close()
      await reader.close()
      expect(await reader.read([0], 0)).toBeUndefined()
    })

    it('has the same identity every time it is asked', async () => {
      expect(await log.identity()).toBe(await log.identity())
    })
  })
}

/** Reads until the present end. */
async function readAll(reader: EventLogReader): Promise<RecordBatch[]> {
  const ends = await reader.ends()
  const batches: RecordBatch[] = []
  const isBehind = () => [...ends].some(([p, end]) => (reader.positions().get(p) ?? 0) < end)
  while (isBehind()) {
    const batch = await reader.read([...ends.keys()], 1_000)
    if (batch !== undefined) batches.push(batch)
  }
  return batches
}

const textsOf = (batch: RecordBatch): string[] =>
  Array.from({ length: batch.count }, (_, i) =>
    new TextDecoder().decode(valueAt(batch, i) ?? new Uint8Array(0)),
  )
