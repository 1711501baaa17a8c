// Record batches read as they are and as kafkajs reads them, record by record: the same, whatever is in them; and what
// damaged ones are refused with.
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { RefusedError } from '../../../kit/errors.ts'
import { valueAt } from '../batch.ts'
import type { RecordBatch } from '../event-log.ts'
import { CODEC_NAMES, registerCodecs } from './codecs.ts'
import { batchesFromMessages, type Message } from './messages.ts'
import { readRecordSet } from './record-set.ts'
import {
  encodeBatch,
  type TestBatch,
  type TestRecord,
  varint,
  withSum,
} from './testing/record-sets.ts'

const require = createRequire(import.meta.url)
const Decoder = require('kafkajs/src/protocol/decoder.js')
const decodeMessages = require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js')

beforeAll(registerCodecs)

/** As kafkajs: decoded one by one, those before `fromOffset` left out. */
async function oneByOne(bytes: Buffer, fromOffset: number) {
  // It throws where the beginning of the first batch is cut.
  if (bytes.length < 17) return []
  const size = Buffer.alloc(4)
  size.writeInt32BE(bytes.length)
  const messages: Message[] = await decodeMessages(new Decoder(Buffer.concat([size, bytes])))
  const wanted = messages.filter(({ offset }) => Number(offset) >= fromOffset)
  return batchesFromMessages(0, wanted, 0).flatMap(recordsOf)
}

const recordsOf = (batch: RecordBatch) =>
  Array.from({ length: batch.count }, (_, i) => {
    const value = valueAt(batch, i)
    return {
      offset: batch.offsets[i],
      appendedMs: batch.appendedMs[i],
      value: value === null ? null : Buffer.from(value).toString('base64'),
    }
  })

const read = (bytes: Buffer, fromOffset = 0) =>
  readRecordSet({ topic: 't', partition: 0, fromOffset, bytes })

const bytesOrNull = fc.option(fc.uint8Array({ maxLength: 300 }))
/** Whose length has two bytes, and three. */
const long = fc.constantFrom(8_191, 8_192).map((length) => new Uint8Array(length))
const anyBytes = fc.oneof({ weight: 40, arbitrary: bytesOrNull }, long)
const record = fc.record({
  gap: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(3), fc.nat(1_000_000)),
  timeDelta: fc.oneof(
    ...[7n, 13n, 20n, 27n, 34n, 50n].map((bits) => fc.bigInt(-(2n ** bits), 2n ** bits)),
  ),
  key: anyBytes,
  value: anyBytes,
  headers: fc.array(fc.tuple(fc.string({ maxLength: 5 }), bytesOrNull), { maxLength: 2 }),
})
const batch = fc.record({
  gapBefore: fc.nat(5),
  removedAtEnd: fc.nat(3),
  codec: fc.constantFrom(...CODEC_NAMES),
  isLogAppendTime: fc.boolean(),
  firstMs: fc.oneof(fc.constant(-1n), fc.bigInt(0n, 2n ** 50n)),
  maxMs: fc.oneof(fc.constant(-1n), fc.bigInt(0n, 2n ** 50n)),
  records: fc.array(record, { maxLength: 20 }),
})
type Part = typeof batch extends fc.Arbitrary<infer T> ? T : never

/** Puts batches one after the other; the offset after the last of each. */
async function recordSet(parts: readonly Part[]) {
  const encoded: Buffer[] = []
  const nextOffsets: number[] = []
  let next = 5
  for (const part of parts) {
    const baseOffset = next + part.gapBefore
    let delta = -1
    const records: TestRecord[] = part.records.map((one) => {
      delta += 1 + one.gap
      return { ...one, offsetDelta: delta }
    })
    const lastOffsetDelta = Math.max(0, delta) + part.removedAtEnd
    const whole: TestBatch = { ...part, baseOffset: BigInt(baseOffset), lastOffsetDelta, records }
    encoded.push(await encodeBatch(whole))
    next = baseOffset + lastOffsetDelta + 1
    nextOffsets.push(next)
  }
  return { encoded, nextOffsets }
}

describe('a record set', () => {
  it('holds what kafkajs finds in it, record by record', async () => {
    const cuts = fc.record({ from: fc.nat(40), cut: fc.nat(80) })
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 5 }), cuts, async (parts, { from, cut }) => {
        const { encoded, nextOffsets } = await recordSet(parts)
        const lastBytes = encoded.at(-1)?.length ?? 0
        const all = Buffer.concat(encoded)
        const isCut = cut > 0 && lastBytes > 0
        const bytes = isCut ? all.subarray(0, all.length - Math.min(cut, lastBytes)) : all
        const batches = (await read(bytes, from)) ?? []
        expect(batches.flatMap(recordsOf)).toEqual(await oneByOne(bytes, from))
        const whole = isCut ? nextOffsets.slice(0, -1) : nextOffsets
        const ends = whole.filter((next) => next > from)
        expect(batches.at(-1)?.nextOffset).toBe(ends.at(-1))
      }),
      { numRuns: 300 },
    )
  })

  it.each([2 ** 13, 2 ** 20])('holds a key and a value of %i bytes', async (length) => {
    const whole = { ...one('v'), key: Buffer.alloc(length, 'k'), value: Buffer.alloc(length, 'v') }
    const bytes = await encodeBatch({ ...simple, records: [whole] })
    const found = (await read(bytes)) ?? []
    expect(found.flatMap(recordsOf)).toEqual(await oneByOne(bytes, 0))
    expect(found[0].ends[0] - found[0].starts[0]).toBe(length)
  })

  it('of uncompressed batches becomes one of ours, over the same bytes', async () => {
    const { encoded } = await recordSet(Array.from({ length: 9 }, () => plain('x')))
    const bytes = Buffer.concat(encoded)
    const batches = (await read(bytes)) ?? []
    expect(batches).toHaveLength(1)
    expect(batches[0].count).toBe(9)
    expect(batches[0].bytes).toBe(bytes)
  })

  it('of compressed batches becomes few of ours', async () => {
    const large = 'y'.repeat(200_000)
    const parts = Array.from({ length: 20 }, () => ({ ...plain(large), codec: 'gzip' as const }))
    const batches = (await read(Buffer.concat((await recordSet(parts)).encoded))) ?? []
    expect(batches.map(({ count }) => count)).toEqual([6, 6, 6, 2])
  })

  it('is gone past where compaction left a batch without records', async () => {
    const { encoded } = await recordSet([{ ...plain('x'), records: [], removedAtEnd: 3 }])
    expect(await read(encoded[0])).toMatchObject([{ count: 0, nextOffset: 9 }])
  })

  it('is left to kafkajs where it has transactions or an older format', async () => {
    const { encoded } = await recordSet([plain('x'), plain('y')])
    const transactional = await encodeBatch({ ...simple, isTransactional: true })
    expect(await read(Buffer.concat([encoded[0], transactional]))).toBeUndefined()
    const control = await encodeBatch({ ...simple, isTransactional: true, isControl: true })
    expect(await read(control)).toBeUndefined()
    encoded[1][16] = 1
    expect(await read(Buffer.concat(encoded))).toBeUndefined()
  })
})

describe('a damaged record set', () => {
  const refused = async (bytes: Buffer) => {
    const error = await read(bytes, 3).then(
      () => undefined,
      (reason: Error) => reason,
    )
    expect(error).toBeInstanceOf(RefusedError)
    expect(error?.message).toMatch(/^A record batch of t\/0, at or after offset 3, is damaged: /)
    return error?.message.split('\n')[0].split('damaged: ')[1]
  }

  it('is refused with its sum where a byte was changed', async () => {
    const bytes = await encodeBatch(simple)
    bytes[bytes.length - 2] ^= 1
    expect(await refused(bytes)).toMatch(/^its CRC-32C was [0-9a-f]{8} and is [0-9a-f]{8}/)
  })

  it('is refused where it cannot be decompressed', async () => {
    const bytes = await encodeBatch({ ...simple, codec: 'zstd' })
    bytes.fill(9, 61)
    expect(await refused(withSum(bytes))).toMatch(/^it cannot be decompressed as zstd: /)
    bytes.writeInt16BE(6, 21)
    expect(await refused(withSum(bytes))).toBe('its compression is 6, of which there is none.')
  })

  it.each([
    ['more records than bytes', { count: 2 ** 31 - 1 }, /2147483647 records in \d+ bytes/],
    ['fewer records than none', { count: -1 }, /claims to hold -1 records/],
    ['more records than there are', { count: 2 }, /its record 1 of 2 is malformed/],
    ['fewer records than there are', { count: 0 }, /bytes are left after its 0 records/],
    ['an end before its beginning', { lastOffsetDelta: -2 }, /the offsets from 7 to 5/],
    ['a beginning before the first', { baseOffset: -1n }, /the offsets from -1 to/],
  ])('is refused where it claims %s', async (_, change, expected) => {
    const bytes = await encodeBatch({ ...simple, records: [one('abcdefghijk')], ...change })
    expect(await refused(bytes)).toMatch(expected)
  })

  it('is refused or read, but never hangs or reads elsewhere, whatever its records are', async () => {
    const noise = fc.tuple(
      fc.uint8Array({ minLength: 7, maxLength: 60 }),
      fc.integer({ min: 1, max: 5 }),
    )
    await fc.assert(
      fc.asyncProperty(noise, fc.constantFrom(...CODEC_NAMES), async ([body, count], codec) => {
        const head = (await encodeBatch({ ...simple, codec: 'none', count })).subarray(0, 61)
        const bytes = Buffer.concat([head, body])
        bytes.writeInt32BE(bytes.length - 12, 8)
        bytes.writeInt16BE(CODEC_NAMES.indexOf(codec), 21)
        const batches = await read(withSum(bytes)).catch((error: Error) => {
          expect(error).toBeInstanceOf(RefusedError)
          return []
        })
        for (const { starts, ends, count: found, bytes: within } of batches ?? [])
          for (let i = 0; i < found; i++) {
            expect(ends[i]).toBeGreaterThanOrEqual(starts[i])
            expect(ends[i]).toBeLessThanOrEqual(within.length)
          }
      }),
      { numRuns: 500 },
    )
  })

  it('is refused where a length has more bytes than any', async () => {
    const bytes = await encodeBatch({ ...simple, records: [] })
    const endless = Buffer.concat([bytes, Buffer.alloc(40, 0xff)])
    endless.writeInt32BE(endless.length - 12, 8)
    endless.writeInt32BE(1, 57)
    expect(await refused(withSum(endless))).toBe('its record 0 of 1 is malformed.')
    expect(varint(300n)).toEqual(Buffer.from([0xd8, 0x04]))
  })
})

const one = (value: string): TestRecord => ({
  offsetDelta: 0,
  timeDelta: 0n,
  key: null,
  value: Buffer.from(value),
  headers: [],
})
const simple: TestBatch = {
  baseOffset: 7n,
  lastOffsetDelta: 0,
  codec: 'none',
  isLogAppendTime: false,
  firstMs: 1n,
  maxMs: 1n,
  records: [one('v')],
}
const plain = (value: string): Part => ({
  gapBefore: 0,
  removedAtEnd: 0,
  codec: 'none',
  isLogAppendTime: false,
  firstMs: 1n,
  maxMs: 1n,
  records: [{ gap: 0, timeDelta: 0n, key: null, value: Buffer.from(value), headers: [] }],
})
