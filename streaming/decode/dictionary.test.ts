import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ABSENT, Dictionary } from './dictionary.ts'
import { hashOfWords } from './hash.ts'

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

test('texts that were made to have one hash are told apart, and do not take ever longer', () => {
  const texts = [...ofOneHash(3_000)]
  expect(new Set(texts.map(hashOf)).size).toBe(1)
  const dictionary = new Dictionary('x')
  const codes = texts.map((text) => dictionary.codeOf(text))
  expect(new Set(codes).size).toBe(3_000)
  expect(texts.map((text) => dictionary.codeOf(text))).toEqual(codes)
  expect(codes.map((code) => dictionary.textOf(code))).toEqual(texts)
  expect(dictionary.codeOf('another')).toBe(3_001)
})

/** Texts of eight bytes: the hash is a chain of steps over words, so a second word can undo what the first one did. */
function* ofOneHash(count: number): Generator<string> {
  const target = step(step(0, 0x61616161), 0x61616161)
  let found = 0
  for (let word = 0; found < count; word++) {
    const first = lettersOf(word)
    const second = inverse(target, step(0, first.readInt32LE()))
    const bytes = Buffer.concat([first, Buffer.alloc(4)])
    bytes.writeInt32LE(second, 4)
    if (!bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) continue
    found++
    yield bytes.toString('latin1')
  }
}

/** Four letters. */
const lettersOf = (number: number): Buffer =>
  Buffer.from([0, 5, 10, 15].map((shift) => 0x41 + ((number >>> shift) & 31)))

function hashOf(text: string): number {
  const bytes = Buffer.from(text)
  return hashOfWords(bytes.readInt32LE(0), bytes.readInt32LE(4), 0, bytes.length << 24)
}

/** MurmurHash3's step over a word, and the word that leads from one state to the other. */
const step = (hash: number, word: number): number =>
  (Math.imul(turn(hash ^ Math.imul(turn(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593), 13), 5) +
    0xe6546b64) |
  0
function inverse(to: number, from: number): number {
  const turned = Math.imul(to - 0xe6546b64, inverseOf(5))
  const mixed = Math.imul(turn(turned, 19) ^ from, inverseOf(0x1b873593))
  return Math.imul(turn(mixed, 17), inverseOf(0xcc9e2d51))
}
const turn = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits))
/** By Newton: each step doubles the bits that are right. */
function inverseOf(odd: number): number {
  let inverse = odd
  for (let i = 0; i < 5; i++) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse))
  return inverse
}
