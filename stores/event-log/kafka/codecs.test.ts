// Compressed record batches as real clients wrote them: three records each, captured from a broker; and our own.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CODEC_NAMES,
  type CodecName,
  compress,
  DECOMPRESSED_BYTES_MAX,
  decompress,
} from './codecs.ts'

const CAPTURED: readonly { codec: CodecName; of: string; base64: string }[] = [
  {
    codec: 'lz4',
    of: 'the Java client',
    base64: 'BCJNGGBAgi4AAADvTgAAAAFCd2luZHJvdyAIAAV/MQBQAJIBAikAD38yAFAAlgEEKQAMUG93IDMAAAAAAA==',
  },
  {
    codec: 'lz4',
    of: 'librdkafka',
    base64: 'BCJNGGBAgisAAADvTgAAAAFCd2luZHJvdyAIAAVvMQBOAAACKAAPEDIoAB8EKAAMUG93IDMAAAAAAA==',
  },
  {
    codec: 'snappy',
    of: 'the Java client',
    base64: 'glNOQVBQWQAAAAABAAAAAQAAACp6NE4AAAABQndpbmRyb3cgXggAGDEAUACiAQKGKQAAMgUpAASGKQAEMwA=',
  },
  {
    codec: 'snappy',
    of: 'librdkafka',
    base64: 'eDROAAAAAUJ3aW5kcm93IF4IABQxAE4AAAKGKAAAMgEoAASGKAAEMwA=',
  },
  {
    codec: 'zstd',
    of: 'the Java client',
    base64: 'KLUv/QBYJAEAwE4AAAABQndpbmRyb3cgMQBOAG4CMgQzAAQAwAUEdymnGFiUAQAA',
  },
]

const COMPRESSING = CODEC_NAMES.filter((name) => name !== 'none')

describe('compressed records', () => {
  it.each(CAPTURED)('in $codec of $of are read', async ({ codec, base64 }) => {
    const bytes = await decompress(codec, Buffer.from(base64, 'base64'))
    const text = Buffer.from(bytes).toString('latin1')
    const values = [...text.matchAll(/(?:windrow ){4}\d/g)].map(([value]) => value)
    expect(values).toEqual([1, 2, 3].map((n) => `windrow windrow windrow windrow ${n}`))
  })

  it.each(CODEC_NAMES)('in %s are what they were', async (codec) => {
    const pieces = fc.array(fc.tuple(fc.uint8Array({ maxLength: 50 }), fc.nat(40)), {
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(pieces, async (given) => {
        const bytes = Buffer.concat(
          given.flatMap(([piece, times]) => Array.from({ length: times }, () => piece)),
        )
        const back = await decompress(codec, await compress(codec, bytes))
        expect(Buffer.from(back).equals(bytes)).toBe(true)
      }),
    )
  })

  it.each(COMPRESSING)('in %s become smaller, and several MiB stay whole', async (codec) => {
    const bytes = Buffer.from('{"event_type":"click","user_id":"u_42"}'.repeat(100_000))
    const small = await compress(codec, bytes)
    expect(small.length).toBeLessThan(bytes.length / 10)
    expect(Buffer.from(await decompress(codec, small)).equals(bytes)).toBe(true)
  })

  it.each(COMPRESSING)('that are no %s at all are an error, not other records', async (codec) => {
    await expect(decompress(codec, Buffer.from('no frame at all'))).rejects.toThrow()
    await expect(decompress(codec, Buffer.alloc(0))).rejects.toThrow()
  })

  it.each(COMPRESSING)('in %s that were changed never hang or write elsewhere', async (codec) => {
    const bytes = Buffer.from('{"event_type":"click","user_id":"u_42"}'.repeat(20))
    const packed = await compress(codec, bytes)
    const change = fc.record({ at: fc.nat(packed.length - 1), to: fc.nat(255), cut: fc.nat(30) })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const changed = Buffer.from(packed)
        for (const { at, to } of changes) changed[at] = to
        const given = changed.subarray(0, changed.length - changes[0].cut)
        await decompress(codec, given).then(
          (back) => expect(back.length).toBeLessThanOrEqual(DECOMPRESSED_BYTES_MAX),
          (error) => expect(error).toBeInstanceOf(Error),
        )
      }),
      { numRuns: 300 },
    )
  })
})
