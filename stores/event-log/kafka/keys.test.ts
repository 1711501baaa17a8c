import fc from 'fast-check'
import kafkajs, { type PartitionMetadata } from 'kafkajs'
import { expect, it } from 'vitest'
import { KeyBytes, partitionOfKey } from './keys.ts'

it('puts every key where the default partitioner does', () => {
  const place = kafkajs.Partitioners.DefaultPartitioner()
  const keys = new KeyBytes()
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ maxLength: 999 }))
  const property = fc.property(text, fc.integer({ min: 1, max: 500 }), (key, partitions) => {
    const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
      partitionId,
      leader: 0,
    })) as PartitionMetadata[]
    keys.set(key)
    expect(keys.bytes.toString('utf8', 0, keys.length)).toBe(Buffer.from(key).toString())
    const message = { key, value: null }
    expect(partitionOfKey(keys, partitions)).toBe(place({ topic: 't', partitionMetadata, message }))
  })
  fc.assert(property, { numRuns: 1_000 })
})
