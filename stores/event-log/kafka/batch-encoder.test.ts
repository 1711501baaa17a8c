import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BatchEncoder, compressed, encodeHeaders, stamp } from './batch-encoder.ts'
import { CODEC_NAMES, registerCodecs } from './codecs.ts'
import { KeyBytes } from './keys.ts'

const require = createRequire(import.meta.url)
const Decoder = require('kafkajs/src/protocol/decoder.js')
const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder.js')
const sumOf = require('kafkajs/src/protocol/recordBatch/crc32C/index.js')
registerCodecs()

interface Decoded {
  readonly offset: string
  readonly timestamp: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Record<string, Buffer>
  readonly batchContext: Record<string, unknown>
}

/** As kafkajs reads a batch. */
const decoded = async (batch: Buffer): Promise<Decoded[]> =>
  (await decodeBatch(new Decoder(batch))).records

const text = fc.string({ unit: 'grapheme', maxLength: 300 })
const record = fc.record({
  key: fc.option(text),
  value: fc.option(fc.uint8Array({ maxLength: 300 })),
  headers: fc.option(
    fc.dictionary(
      // kafkajs takes names that every object has, like "valueOf", for headers it has read already.
      text.filter((name) => !(name in {})),
      text,
    ),
  ),
})
const producer = { id: 1n << 40n, epoch: 3 }

it('makes batches that kafkajs reads as what was put in, compressed or not', async () => {
  const batches = fc.array(record, { minLength: 1, maxLength: 300 })
  const property = fc.asyncProperty(
    batches,
    fc.constantFrom(...CODEC_NAMES),
    async (records, codec) => {
      const encoder = new BatchEncoder()
      const keys = new KeyBytes()
      for (const { key, value, headers } of records) {
        if (key !== null) keys.set(key)
        encoder.add(key === null ? null : keys, value, headers && encodeHeaders(headers))
      }
      const batch = await compressed(encoder.finish(1_700_000_000_123), codec)
      stamp(batch, producer, 77)
      const found = await decoded(batch)
      expect(found.map(({ offset }) => Number(offset))).toEqual(records.map((_, i) => i))
      for (const [i, { key, value, headers }] of records.entries()) {
        expect(found[i].key?.toString() ?? null).toBe(key)
        expect(found[i].value && [...found[i].value]).toEqual(value && [...value])
        const texts = Object.entries(found[i].headers).map(([name, one]) => [name, String(one)])
        expect(Object.fromEntries(texts)).toEqual({ ...headers })
        expect(Number(found[i].timestamp)).toBe(1_700_000_000_123)
      }
      const [{ batchContext }] = found
      expect(String(batchContext.producerId)).toBe(String(producer.id))
      expect(batchContext).toMatchObject({ producerEpoch: 3, firstSequence: 77, magicByte: 2 })
      expect(batch.readUInt32BE(17)).toBe(sumOf(batch.subarray(21)))
    },
  )
  await fc.assert(property, { numRuns: 200 })
})

it('takes records of any size', async () => {
  const encoder = new BatchEncoder()
  const sizes = [0, 63, 64, 8_191, 8_192, 1_048_575, 1_048_576, 3_000_000]
  for (const size of sizes) encoder.add(null, new Uint8Array(size), null)
  const batch = encoder.finish(0)
  stamp(batch, producer, 0)
  expect((await decoded(batch)).map(({ value }) => value?.length)).toEqual(sizes)
})
