// Record batches as real clients compressed them: three records each, captured from a broker.
import { describe, expect, it } from 'vitest'
import { decompressLz4, decompressSnappy, decompressZstd } from './codecs.ts'

const COMPRESSED = [
  {
    codec: 'lz4 of the Java client',
    decompress: decompressLz4,
    bytes: 'BCJNGGBAgi4AAADvTgAAAAFCd2luZHJvdyAIAAV/MQBQAJIBAikAD38yAFAAlgEEKQAMUG93IDMAAAAAAA==',
  },
  {
    codec: 'lz4 of librdkafka',
    decompress: decompressLz4,
    bytes: 'BCJNGGBAgisAAADvTgAAAAFCd2luZHJvdyAIAAVvMQBOAAACKAAPEDIoAB8EKAAMUG93IDMAAAAAAA==',
  },
  {
    codec: 'snappy of the Java client',
    decompress: decompressSnappy,
    bytes: 'glNOQVBQWQAAAAABAAAAAQAAACp6NE4AAAABQndpbmRyb3cgXggAGDEAUACiAQKGKQAAMgUpAASGKQAEMwA=',
  },
  {
    codec: 'snappy of librdkafka',
    decompress: decompressSnappy,
    bytes: 'eDROAAAAAUJ3aW5kcm93IF4IABQxAE4AAAKGKAAAMgEoAASGKAAEMwA=',
  },
  {
    codec: 'zstd of the Java client',
    decompress: decompressZstd,
    bytes: 'KLUv/QBYJAEAwE4AAAABQndpbmRyb3cgMQBOAG4CMgQzAAQAwAUEdymnGFiUAQAA',
  },
]

describe('compressed records', () => {
  it.each(COMPRESSED)('in $codec are read', ({ decompress, bytes }) => {
    const text = decompress(Buffer.from(bytes, 'base64')).toString('latin1')
    const values = [...text.matchAll(/(?:windrow ){4}\d/g)].map(([value]) => value)
    expect(values).toEqual([1, 2, 3].map((n) => `windrow windrow windrow windrow ${n}`))
  })

  it('that are damaged are an error, not other records', () => {
    const [lz4] = COMPRESSED
    expect(() => lz4.decompress(Buffer.from('no frame at all'))).toThrow()
    expect(() => decompressSnappy(Buffer.alloc(0))).toThrow()
    expect(() => decompressZstd(Buffer.from('no frame at all'))).toThrow()
  })
})
