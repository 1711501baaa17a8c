import { gzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { collect, inChunks, temporaryFolder } from '../testing.ts'
import { delimiterOf, parseRecord, readRecords } from './csv.ts'
import { splitArray } from './json-array.ts'
import { splitLines } from './lines.ts'
import { detectFormat, openRows } from './rows.ts'
import { openSource } from './source.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const chunkSizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 })

describe('splitLines', () => {
  const lines = async (text: string, sizes = [1 << 20]) =>
    (await collect(splitLines(inChunks(Buffer.from(text), sizes)))).map(
      (line) => [line.position, line.raw.toString()] as const,
    )

  it('reads LF and CRLF, numbers blank lines but leaves them out, drops the byte-order mark', async () => {
    expect(await lines('\ufeffa\r\n\r\n  \nb\nc')).toEqual([
      [1, 'a'],
      [4, 'b'],
      [5, 'c'],
    ])
    expect(await lines('')).toEqual([])
  })

  it('gives the same lines however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string()), chunkSizes, async (texts, sizes) => {
        const text = texts.map((one) => one.replaceAll(/[\r\n]/g, '')).join('\r\n')
        expect(await lines(text, sizes)).toEqual(await lines(text))
      }),
    )
  })
})

describe('splitArray', () => {
  const elements = async (text: string, sizes = [1 << 20]) =>
    (await collect(splitArray(inChunks(Buffer.from(text), sizes)))).map((one) => one.raw.toString())

  it('gives the elements of any array, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue()),
        chunkSizes,
        fc.integer({ min: 0, max: 3 }),
        async (values, sizes, indent) => {
          const found = await elements(JSON.stringify(values, null, indent), sizes)
          expect(found.map((text) => JSON.parse(text))).toEqual(
            values.map((value) => JSON.parse(JSON.stringify(value))),
          )
        },
      ),
    )
  })

  it('gives what there is of an array that is cut off, and nothing of an empty one', async () => {
    expect(await elements('[{"a":1},{"b":')).toEqual(['{"a":1}', '{"b":'])
    expect(await elements(' [ ] \n')).toEqual([])
  })
})

describe('CSV', () => {
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`

  it('parseRecord reads what RFC 4180 writes', () => {
    const cells = fc.array(fc.tuple(fc.string(), fc.boolean()), { minLength: 1 })
    fc.assert(
      fc.property(cells, (written) => {
        const text = written
          .map(([cell, isQuoted]) => (isQuoted || /[",\n]/.test(cell) ? quoted(cell) : cell))
          .join(',')
        expect(parseRecord(text, ',')).toEqual(written.map(([cell]) => cell))
      }),
    )
  })

  it('agrees with csv-parse on the records of a file, wherever it is cut', async () => {
    const cell = fc.string()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1 }),
        chunkSizes,
        async (rows, sizes) => {
          const text = rows
            .map((row) => row.map((one) => quoted(one.replaceAll('\r', ''))).join(','))
            .join('\r\n')
          const read = await collect(
            readRecords(splitLines(inChunks(Buffer.from(text), sizes)), ',', 2),
          )
          expect(read.map((row) => row.cells)).toEqual(parse(text, { bom: false }))
        },
      ),
    )
  })

  const records = (text: string, columns = 2) =>
    collect(readRecords(splitLines(inChunks(Buffer.from(text), [7])), ',', columns))

  it('tells a record by the line it begins on', async () => {
    const read = await records('a,"x\ny"\nb,z\n')
    expect(read.map((row) => [row.position, row.cells])).toEqual([
      [1, ['a', 'x\ny']],
      [3, ['b', 'z']],
    ])
  })

  it('a quote that is never closed spoils one line only', async () => {
    const read = await records('a,1\nb,"2\nc,3\nd,4\n')
    expect(read.map((row) => [row.position, row.fault ?? row.cells])).toEqual([
      [1, ['a', '1']],
      [2, 'a quote that begins on this line is never closed'],
      [3, ['c', '3']],
      [4, ['d', '4']],
    ])
  })

  it('tells other faults, and takes quotes inside a cell as they are', async () => {
    const read = await records('a\nb,"2"x\nc,5" screen\n')
    expect(read.map((row) => row.fault ?? row.cells)).toEqual([
      'expected 2 columns as in the header, got 1',
      'expected a delimiter after a closing quote',
      ['c', '5" screen'],
    ])
    const [latin1] = await collect(
      readRecords(splitLines(inChunks(Buffer.from('caf\xe9,1', 'latin1'), [99])), ',', 2),
    )
    expect(latin1.fault).toBe('not valid UTF-8')
  })

  it('finds the delimiter in the header', () => {
    expect(['a,b;c,d', 'a;b;c', 'a\tb', 'a'].map(delimiterOf)).toEqual([',', ';', '\t', ','])
  })
})

describe('openRows', () => {
  it.each([
    ['a.ndjson', '[1]', 'ndjson'],
    ['a.jsonl', '{}', 'ndjson'],
    ['a.csv', '{}', 'csv'],
    ['a.json', ' \n[{}]', 'json'],
    ['a.json', '{}\n{}', 'ndjson'],
    ['a.log', '{"a":1}', 'ndjson'],
    ['a.txt', '[', 'json'],
    ['a', 'user_id,x', 'csv'],
  ] as const)('takes %s beginning with %j for %s', (name, head, format) => {
    expect(detectFormat(name, Buffer.from(head))).toBe(format)
  })

  const rowsOf = async (file: string) => {
    const rows = await openRows(openSource(file))
    const all = await collect(rows.read())
    return { columns: rows.columns, rows: all.map((row) => row.cells ?? row.raw.toString()) }
  }

  it('reads the same from a packed file, whatever its name says', async () => {
    const text = '\ufeffuser_id;name\r\n1;"a;b"\r\n2;c\r\n'
    const expected = {
      columns: ['user_id', 'name'],
      rows: [
        ['1', 'a;b'],
        ['2', 'c'],
      ],
    }
    expect(await rowsOf(folder.write('plain.csv', text))).toEqual(expected)
    expect(await rowsOf(folder.write('packed.csv.gz', gzipSync(text)))).toEqual(expected)
    expect(await rowsOf(folder.write('packed', gzipSync(text)))).toEqual(expected)
  })

  it('reads a file twice', async () => {
    const rows = await openRows(openSource(folder.write('twice.json', '[{"a":1},{"a":2}]')))
    expect(await collect(rows.read())).toEqual(await collect(rows.read()))
  })

  it('tells what is wrong with a file', async () => {
    expect(() => openSource(`${folder.path}/none.csv`)).toThrow(/none\.csv cannot be read/)
    expect(() => openSource(folder.path)).toThrow(/it is a directory/)
    await expect(rowsOf(folder.write('empty.csv', ''))).rejects.toThrow(/got an empty file/)
    const packed = gzipSync(JSON.stringify({ text: 'b'.repeat(9999) }))
    const cut = folder.write('cut.ndjson.gz', packed.subarray(0, packed.length - 9))
    await expect(rowsOf(cut)).rejects.toThrow(/the gzip data is damaged/)
  })
})
