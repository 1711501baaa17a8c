import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tumbling } from '../data/definitions/nodes.ts'
import { durationMs } from '../kit/duration.ts'
import { bucketFor, lastRange, RANGE_NAMES } from './range.ts'

const widths = (windowText: string, points: number) =>
  RANGE_NAMES.map((name) => {
    const range = lastRange(name)
    const spanMs = range.kind === 'last' ? range.lengthMs : 0
    return bucketFor(spanMs, tumbling(windowText), points) / 1000
  })

describe('bucketFor', () => {
  it('takes the window while that is not too many, then widths that people know', () => {
    expect(widths('10s', 100)).toEqual([10, 10, 60, 120, 300, 600, 900, 1800, 7200, 43_200])
    expect(widths('10s', 600)).toEqual([10, 10, 10, 20, 60, 120, 300, 300, 1800, 7200])
  })

  it('doubles a window that divides no known width near', () => {
    expect(bucketFor(durationMs('1h'), tumbling('7s'), 100)).toBe(56_000)
  })

  it('is made of whole windows of a time zone', () => {
    const widthOf = (size: string, span: string, points: number) =>
      bucketFor(durationMs(span), tumbling(size, { tz: 'Europe/Berlin' }), points)
    expect(widthOf('1h', '7d', 100)).toBe(durationMs('2h'))
    expect(widthOf('1d', '7d', 100)).toBe(durationMs('1d'))
    expect(widthOf('3d', '300d', 60)).toBe(durationMs('6d'))
  })

  it('is a multiple of the window with at most that many buckets, for every span', () => {
    const spans = fc.integer({ min: 1, max: 2 ** 45 })
    const windows = fc.constantFrom('250ms', '1s', '7s', '10s', '15s', '1m', '5m', '1h')
    fc.assert(
      fc.property(spans, windows, fc.integer({ min: 1, max: 600 }), (spanMs, text, points) => {
        const windowMs = durationMs(text)
        const bucketMs = bucketFor(spanMs, tumbling(text), points)
        expect(bucketMs % windowMs).toBe(0)
        expect(Math.ceil(spanMs / bucketMs)).toBeLessThanOrEqual(points)
        // Not wider than it must be by more than the step from one known width to the next.
        if (bucketMs > windowMs) expect(spanMs / bucketMs).toBeGreaterThan(points / 9)
      }),
    )
  })
})
