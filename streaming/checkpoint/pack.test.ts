import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pack, unpack } from './pack.ts'

const packed = (value: unknown): Uint8Array => new Uint8Array(Buffer.concat(pack(value, 7)))

const arrays = fc.oneof(
  fc.int32Array({ maxLength: 9 }),
  fc.float64Array({ maxLength: 9 }),
  fc.uint8Array({ maxLength: 9 }),
)
const data = fc.letrec((tie) => ({
  any: fc.oneof(
    arrays,
    fc.string(),
    fc.double(),
    fc.bigInt(),
    fc.constant(undefined),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('any'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(fc.string(), tie('any')), { maxLength: 4 }).map((all) => new Map(all)),
  ),
})).any

test('what is unpacked is what was packed, wherever its bytes begin', () => {
  fc.assert(
    fc.property(data, fc.nat(9), (value, before) => {
      const bytes = packed(value)
      expect(unpack(bytes, 7)).toStrictEqual(value)
      const moved = new Uint8Array(before + bytes.length)
      moved.set(bytes, before)
      expect(unpack(moved.subarray(before), 7)).toStrictEqual(value)
      // A Buffer's slice is no copy: such a one was read as another format once.
      const buffer = Buffer.from(moved.buffer, before, bytes.length)
      expect(unpack(buffer, 7)).toStrictEqual(value)
    }),
    { numRuns: 300 },
  )
})

test('arrays are not copied', () => {
  const large = new Int32Array(1_000)
  expect(pack([large], 7).some(({ buffer }) => buffer === large.buffer)).toBe(true)
})

test('what was not packed, or in another format, or by a newer v8, is none', () => {
  expect(unpack(Buffer.from('something else, and long enough'), 7)).toBeUndefined()
  expect(unpack(Buffer.from('short'), 7)).toBeUndefined()
  const bytes = packed([1])
  expect(unpack(bytes, 8)).toBeUndefined()
  // Behind the prefix: v8's mark of a version, and the version.
  expect(bytes[8]).toBe(0xff)
  expect(unpack(bytes.with(9, 0xfe), 7)).toBeUndefined()
})

test('what cannot be packed is a bug that is told', () => {
  expect(() => packed({ view: new Float32Array(1) })).toThrow('cannot pack Float32Array')
})
