import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import type { Clock } from '../kit/clock.ts'
import { ConfigError } from '../kit/errors.ts'
import type { Chunk } from './chunk.ts'
import { readCsv, UnreadableError } from './read-csv.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-csv-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const nowMs = () => Date.parse('2026-01-31T12:00:00Z')
const clock: Clock = { nowMs, monotonicMs: () => 0, sleep: async () => {} }

const HEADER = 'user_id,gender,age,country,city,income_bracket,signup_date'
const good = (id: string, city = 'Wien') => `${id},F,30,AT,${city},50k-75k,2024-01-31`
const bad = (id: string) => `${id},?,30,AT,Wien,50k-75k,2024-01-31`

async function read(content: string | Buffer, chunkRows?: number) {
  const file = join(dir, 'people.csv')
  writeFileSync(file, content)
  const chunks: Chunk[] = []
  for await (const chunk of readCsv(file, clock, chunkRows)) chunks.push(chunk)
  return {
    chunks,
    people: chunks.flatMap((chunk) => chunk.people),
    lines: chunks.flatMap((chunk) => chunk.rejected.map((one) => one.line)),
  }
}

describe('reading a CSV file', () => {
  it.each(['\n', '\r\n'])('knows lines, quotes and empty lines, with line ends %j', async (end) => {
    const ids = ['first', 'after-quoted', 'after-empty', 'split', 'after-split', 'too-short']
    const rows = [
      HEADER,
      bad('first'),
      good('a', `"Sankt ""P"", ${end}am${end}${end}See"`),
      bad('after-quoted'),
      '',
      '',
      bad('after-empty'),
      `"split${end}id",?,30,AT,Wien,x,2024-01-31`,
      bad('after-split'),
      'too-short,F',
    ]
    const text = rows.join(end)
    // An editor's way of counting: the line ends before the place where the id stands.
    const expected = ids.map((id) => text.slice(0, text.indexOf(id)).split('\n').length)
    const { people, lines } = await read(text)
    expect(lines).toEqual(expected)
    expect(people.map((one) => one.city)).toEqual([`Sankt "P", ${end}am${end}${end}See`])
  })

  it('skips a byte order mark and takes columns in any order', async () => {
    const { people } = await read(
      `\uFEFFage,${HEADER.replace(',age', '')}\n44,b,X,JP,Osaka,x,2020-01-01\n`,
    )
    expect(people).toMatchObject([{ user_id: 'b', age: 44, age_group: '35-44', country: 'JP' }])
  })

  it('reads gzip by its content, and gives chunks', async () => {
    const rows = Array.from({ length: 25 }, (_, n) => (n % 5 === 0 ? bad(`${n}`) : good(`${n}`)))
    const { chunks, people, lines } = await read(gzipSync([HEADER, ...rows].join('\n')), 10)
    expect(chunks.map((chunk) => chunk.people.length + chunk.rejected.length)).toEqual([10, 10, 5])
    expect([people.length, lines]).toEqual([20, [2, 7, 12, 17, 22]])
  })

  it('refuses what is no file of demographics, all at once', async () => {
    await expect(read('')).rejects.toThrow(/is empty/)
    await expect(read('a,b\n1,2\n')).rejects.toThrow(ConfigError)
    await expect(read(HEADER.replace('gender', 'gendre'))).rejects.toThrow(
      /people\.csv:1: column "gender" is missing; is it the one named "gendre"\?/,
    )
    const missing = readCsv(join(dir, 'none.csv'), clock)
    await expect(missing.next()).rejects.toThrow(/--file: cannot be read: ENOENT/)
    await expect(readCsv(dir, clock).next()).rejects.toThrow(ConfigError)
  })

  it('keeps the rows before the place where a file is broken', async () => {
    const file = join(dir, 'broken.csv')
    for (const content of [
      `${HEADER}\n${good('a')}\n"b,F,30,AT,Wien,x,2024-01-31\n${good('c')}\n`,
      gzipSync(`${HEADER}\n${good('a')}\n`.padEnd(60_000, '\n')).subarray(0, -12),
    ]) {
      writeFileSync(file, content)
      const people: string[] = []
      const reading = (async () => {
        for await (const chunk of readCsv(file, clock))
          people.push(...chunk.people.map((one) => one.user_id))
      })()
      await expect(reading).rejects.toThrow(UnreadableError)
      expect(people).toEqual(['a'])
    }
  })
})
