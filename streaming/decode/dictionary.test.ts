import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { ABSENT, Dictionary } from './dictionary.ts'

vi.setConfig({ testTimeout: 60_000 })

test('the same text always has the same code, another text another, and codes are counted up', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.nat(5_000).map((number) => `user-${number}`),
    fc.constantFrom('', 'unknown', 'a', 'a\0', 'aa', 'aaaa', 'aaaa\0'),
    fc.constantFrom('x'.repeat(14), 'x'.repeat(15), 'x'.repeat(16), `${'x'.repeat(15)}\0`),
    fc.constantFrom('user-025812', 'user-128708', 'user-025708', 'user-128812'),
    fc.constantFrom('a-longer-user-0162304', 'a-longer-user-0204073'),
    fc.nat(500).map((number) => `a text of more than fifteen bytes, ${number}`),
  )
  fc.assert(
    fc.property(fc.array(text, { size: 'xlarge', maxLength: 5_000 }), (texts) => {
      const dictionary = new Dictionary('x')
      const codes = new Map([['unknown', ABSENT]])
      for (const one of texts) {
        const code = dictionary.codeOf(one)
        expect(code).toBe(codes.get(one) ?? codes.size)
        codes.set(one, code)
      }
      expect(dictionary.size).toBe(codes.size)
      for (const [one, code] of codes) expect(dictionary.textOf(code)).toBe(one)
    }),
    { numRuns: 10 },
  )
})

test('texts come back from one dictionary into another, long ones too', () => {
  const texts = [
    'é€😀',
    '',
    'x'.repeat((1 << 20) + 50),
    'y'.repeat((1 << 20) - 40),
    'z'.repeat(1 << 10),
  ]
  const users = Array.from({ length: 60_000 }, (_, number) => `user-${number}`)
  const [one, other] = [new Dictionary('one'), new Dictionary('other')]
  const codes = Int32Array.from([...texts, ...users, ...texts], (text) => one.codeOf(text))
  const moved = other.codesOf(one.textsOf(codes))
  expect(Array.from(moved, (code) => other.textOf(code))).toEqual([...texts, ...users, ...texts])
  expect(Array.from(users, (text) => one.codeOf(text))).toEqual([...codes.subarray(5, -5)])
  expect(one.size).toBe(1 + texts.length + users.length)
})
