import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AWKWARD_TAGS } from './conformance.ts'
import { decodeTag, encodeTag, TROUBLE_IN_LINE_PROTOCOL, TROUBLE_IN_SQLITE } from './tag-text.ts'

const troubles = { 'line protocol': TROUBLE_IN_LINE_PROTOCOL, SQLite: TROUBLE_IN_SQLITE }
const awkward = fc.string({
  unit: fc.constantFrom(
    '\\',
    '\n',
    '\r',
    '\0',
    '␀',
    '␊',
    '␍',
    '＼',
    '␛',
    ',',
    ' ',
    '=',
    'a',
    'u',
    'd83d',
    '🛒',
    '\ud83d',
    '\uded2',
  ),
})

const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }))
  .map((codePoints) => String.fromCodePoint(...codePoints))

describe.each(Object.entries(troubles))('a tag kept for %s', (_, trouble) => {
  test('is read back as it was', () => {
    fc.assert(
      fc.property(fc.oneof(awkward, anyText), (text) => {
        const kept = encodeTag(text, trouble)
        expect(decodeTag(kept)).toBe(text)
        expect(Buffer.from(kept).toString()).toBe(kept)
      }),
    )
    for (const text of AWKWARD_TAGS) expect(decodeTag(encodeTag(text, trouble))).toBe(text)
  })

  test('is itself when there is no trouble in it', () => {
    for (const text of ['books', 'a b', 'C:\\temp', '🛒', ''])
      expect(encodeTag(text, trouble)).toBe(text)
  })
})

test('line protocol gets no line break, no NUL and no backslash at the end or before an escape', () => {
  fc.assert(
    fc.property(awkward, (text) => {
      expect(encodeTag(text, TROUBLE_IN_LINE_PROTOCOL)).not.toMatch(/[\0\n\r]|\\([,= \\]|$)/)
    }),
  )
})

test('what stands for a character looks like it', () => {
  expect(encodeTag('two\nlines\\', TROUBLE_IN_LINE_PROTOCOL)).toBe('two␊lines＼')
})
