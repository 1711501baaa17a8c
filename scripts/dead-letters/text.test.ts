import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hexDump } from '../../kit/hex-dump.ts'
import { cutTo, visible } from '../../kit/text-table.ts'
import type { KeptRecord } from '../../stores/dead-letters/dead-letters.ts'
import { checkLimit, checkPlace, checkReason, kindOf, LATE_EVENTS } from './arguments.ts'
import { showText } from './show.ts'
import { countsLine, listJson, listTable } from './table.ts'
import { fullText, glance } from './value-text.ts'

const DEAD = kindOf({})
const setAsideMs = Date.UTC(2026, 0, 31, 12, 0, 0, 250)
const record = (more: Partial<KeptRecord> = {}): KeptRecord => ({
  ...{ topic: 'shop.events', partition: 0, offset: 7, reason: 'range', field: 'quantity' },
  ...{ detail: 'quantity: expected 1 to 9, got -2', setAsideMs, isCut: false },
  value: Buffer.from('{"quantity":-2}'),
  ...more,
})
async function* each(...records: readonly KeptRecord[]) {
  yield* records
}
async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}

describe('arguments', () => {
  test('a place is partition/offset, with or without the topic in use', () => {
    const place = { topic: 'shop.events', partition: 3, offset: 12 }
    expect(checkPlace('3/12', 'shop.events')).toMatchObject({ value: place })
    expect(checkPlace('shop.events/3/12', 'shop.events')).toMatchObject({ value: place })
    expect(checkPlace('other/3/12', 'shop.events').problems).toMatchObject([
      { what: expect.stringContaining('expected one of shop.events') },
    ])
    for (const text of ['', '3', '3/', '/3', '3/x', '-1/2', '1/2/3/4x', '1.5/2'])
      expect(checkPlace(text, 'shop.events').problems).toHaveLength(1)
  })

  test('a misspelt reason gets the nearest one; an absent one is any', () => {
    expect(checkReason({}, DEAD)).toEqual({ value: undefined, problems: [] })
    expect(checkReason({ reason: 'future' }, DEAD)).toMatchObject({ value: 'future' })
    expect(checkReason({ reason: 'futur' }, DEAD).problems[0].what).toBe(
      '"futur" is no reason of dead letters; did you mean "future"?',
    )
    expect(checkReason({ reason: 'json' }, LATE_EVENTS).problems).toHaveLength(1)
  })

  test('a limit is a whole number; 0 is none', () => {
    expect(checkLimit({}, 50)).toMatchObject({ value: 50 })
    expect(checkLimit({ limit: '0' }, 50)).toEqual({ value: undefined, problems: [] })
    for (const limit of ['', ' ', '-1', '1.5', 'all'])
      expect(checkLimit({ limit }, 50).problems).toHaveLength(1)
  })
})

describe('the list', () => {
  test('is a table of what is known, without the column of replays when there is none', async () => {
    const cut = record({ offset: 123, field: '', reason: 'json', value: null })
    expect(await textOf(listTable(each(record(), cut), DEAD, undefined))).toBe(
      [
        'place  set aside             reason  field     detail                             value',
        '─────  ────────────────────  ──────  ────────  ─────────────────────────────────  ───────────────',
        '0/7    2026-01-31T12:00:00Z  range   quantity  quantity: expected 1 to 9, got -2  {"quantity":-2}',
        '0/123  2026-01-31T12:00:00Z  json    –         quantity: expected 1 to 9, got -2  (no value)',
        '',
      ].join('\n'),
    )
    const replayed = record({ replayedMs: setAsideMs + 60_000 })
    expect(await textOf(listTable(each(replayed), DEAD, undefined))).toContain(
      '0/7    2026-01-31T12:00:00Z  2026-01-31T12:01:00Z  range',
    )
    expect(await textOf(listTable(each(), DEAD, undefined))).toBe('')
  })

  test('of late events says how late', async () => {
    const late = record({ reason: 'late', field: '', lateByMs: 90_000 })
    const text = await textOf(listTable(each(late, record()), LATE_EVENTS, undefined))
    expect(text.split('\n')[2]).toBe('0/7    2026-01-31T12:00:00Z  1.5m     {"quantity":-2}')
    expect(text.split('\n')[3]).toBe('0/7    2026-01-31T12:00:00Z  –        {"quantity":-2}')
  })

  test('fits the terminal, whatever is in it, and never moves its cursor', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 })
    const property = fc.asyncProperty(
      fc.array(fc.record({ detail: text, value: fc.uint8Array({ maxLength: 900 }) }), {
        maxLength: 4,
      }),
      fc.integer({ min: 100, max: 300 }),
      async (some, columns) => {
        const records = each(...some.map((one) => record(one)))
        const lines = (await textOf(listTable(records, DEAD, columns))).split('\n')
        const wrong = lines.filter((line) => [...line].length > columns || line !== visible(line))
        expect(wrong).toEqual([])
      },
    )
    await fc.assert(property, { numRuns: 50 })
  })

  test('as JSON has the value as text where it is text', async () => {
    const bytes = record({ value: Uint8Array.of(0, 255), isCut: true, replayedMs: setAsideMs })
    const json = await textOf(listJson(each(record({ lateByMs: 5 }), bytes)))
    const shared = { topic: 'shop.events', partition: 0, offset: 7, reason: 'range' }
    expect(JSON.parse(json)).toEqual([
      {
        ...{ ...shared, field: 'quantity', detail: 'quantity: expected 1 to 9, got -2' },
        ...{ setAside: '2026-01-31T12:00:00.250Z', lateByMs: 5, value: '{"quantity":-2}' },
      },
      {
        ...{ ...shared, field: 'quantity', detail: 'quantity: expected 1 to 9, got -2' },
        ...{ setAside: '2026-01-31T12:00:00.250Z', replayed: '2026-01-31T12:00:00.250Z' },
        ...{ isCut: true, valueBase64: 'AP8=' },
      },
    ])
    expect(JSON.parse(await textOf(listJson(each())))).toEqual([])
  })

  test('ends with the counts', () => {
    const json = { reason: 'json', count: 1200, replayed: 2 }
    const range = { reason: 'range', count: 1, replayed: 0 }
    expect(countsLine([json, range], DEAD)).toBe(
      '1,201 dead letters: json 1,200, range 1; 2 of them replayed',
    )
    expect(countsLine([range], DEAD)).toBe('1 dead letter: range 1')
    expect(countsLine([{ reason: 'late', count: 3, replayed: 0 }], LATE_EVENTS)).toBe(
      '3 late events',
    )
  })
})

describe('a value', () => {
  test('is shown at a glance on one line', () => {
    expect(glance(null, 20)).toBe('(no value)')
    expect(glance(new Uint8Array(0), 20)).toBe('(empty)')
    expect(glance(Buffer.from('a\nb\u001b[2J\u202e'), 40)).toBe('a\\nb\\u001b[2J\\u202e')
    expect(glance(Buffer.from('🎈'.repeat(30)), 10)).toBe(`${'🎈'.repeat(9)}…`)
    expect(cutTo('abcdef', 6)).toBe('abcdef')
  })

  test('is shown whole: JSON indented, text as it is, bytes as a dump', () => {
    expect(fullText(Buffer.from('{"a":1}'))).toBe('{\n  "a": 1\n}\n')
    expect(fullText(Buffer.from('{"a":\u001b'))).toBe('{"a":\\u001b\n')
    expect(fullText(Uint8Array.of(123, 255, 10))).toBe(`00000000  7b ff 0a${' '.repeat(39)}  {..\n`)
    expect(hexDump(new Uint8Array(17)).split('\n')).toHaveLength(3)
    expect(fullText(null)).toBe('')
  })

  test('that is large is shown in part, and how to get the rest', () => {
    expect(fullText(Buffer.alloc(20_000, 'x'))).toMatch(/^x+\n… 3616 bytes more; --raw has them\n$/)
    expect(fullText(Buffer.alloc(20_000, 255))).toContain('… 18976 bytes more')
  })

  test('is told with all that is known of the record', () => {
    expect(showText(record({ isCut: true, lateByMs: 1500 }))).toBe(
      [
        'place      shop.events/0/7',
        'reason     range',
        'field      quantity',
        'detail     quantity: expected 1 to 9, got -2',
        'late by    1.5s',
        'set aside  2026-01-31T12:00:00Z',
        'replayed   no',
        'value      15 bytes, only the beginning: it was too large to be kept',
        '',
        '{\n  "quantity": -2\n}',
        '',
      ].join('\n'),
    )
    expect(showText(record({ field: '', value: null }))).toMatch(/value {6}none\n$/)
  })
})
