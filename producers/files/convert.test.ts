import { describe, expect, it } from 'vitest'
import { eventSchema } from '../../data/events.generated.ts'
import { type ConvertSettings, createConverter, isRejection } from './convert.ts'
import type { CsvRow } from './csv.ts'
import { missingColumns, parseMapping } from './mapping.ts'
import { rowId } from './row-id.ts'
import { compileTimeFormat, type TimeReader } from './time-format.ts'

const mappingOf = (map: string, set = '') =>
  parseMapping(eventSchema, map === '' ? [] : [map], set === '' ? [] : [set]).mapping

const settings: ConvertSettings = {
  schema: eventSchema,
  fileName: 'shop.ndjson',
  mapping: mappingOf(''),
  isChecked: true,
}

const json = (value: unknown, position = 1): CsvRow => ({
  position,
  raw: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
})
const csv = (...cells: string[]): CsvRow => ({ position: 2, raw: Buffer.from(cells.join()), cells })

/** The event that is sent, or field and reason of the rejection. */
function convert(changes: Partial<ConvertSettings>, row: CsvRow): unknown {
  const one = createConverter({ ...settings, ...changes })(row)
  return isRejection(one) ? `${one.reason} ${one.field}`.trim() : JSON.parse(String(one.value))
}

const click = { event_id: 'e1', event_type: 'click', user_id: 'u1', event_time: 1_700_000_000_000 }

describe('JSON rows', () => {
  it('are sent as they are, byte for byte, with what the schema does not know', () => {
    const row = json(
      '{ "event_time":1700000000000,"extra":[1], "event_id":"e1","event_type":"x","user_id":"u1"}',
    )
    expect(createConverter(settings)(row)).toEqual({
      key: 'u1',
      value: row.raw,
      timeMs: 1_700_000_000_000,
    })
  })

  it('keep an ISO time as it is written', () => {
    const one = createConverter(settings)(
      json({ ...click, event_time: '2026-01-31T12:00:00+01:00' }),
    )
    expect(one).toMatchObject({ timeMs: Date.UTC(2026, 0, 31, 11) })
    expect(String((one as { value: Uint8Array }).value)).toContain('2026-01-31T12:00:00+01:00')
  })

  it.each([
    ['{"event_id":', 'json'],
    ['[1]', 'json'],
    ['null', 'json'],
    [{ ...click, user_id: undefined }, 'missing user_id'],
    [{ ...click, user_id: 7 }, 'type user_id'],
    [{ ...click, event_time: 'yesterday' }, 'time event_time'],
    [{ ...click, event_type: 'purchase' }, 'missing quantity'],
    [{ ...click, event_type: 'purchase', quantity: -1, unit_price: 2 }, 'range quantity'],
  ])('%j is rejected: %s', (value, reason) => {
    expect(convert({}, json(value))).toBe(reason)
  })

  it('that are not UTF-8 are rejected', () => {
    const raw = Buffer.from(JSON.stringify({ ...click, page: '/café' }), 'latin1')
    expect(convert({}, { position: 1, raw })).toBe('json')
  })

  it('are renamed, given constants, and numbers become text where text is expected', () => {
    const mapping = mappingOf('user_id=CustomerID,event_time=at', 'event_type=view,quantity=2')
    const timeReader = compileTimeFormat('epoch_s') as TimeReader
    const row = json({ CustomerID: 17850, at: 1_700_000_000, event_id: 'e1', other: 1 })
    expect(convert({ mapping, timeReader }, row)).toEqual({
      event_id: 'e1',
      user_id: '17850',
      event_time: 1_700_000_000_000,
      event_type: 'view',
      quantity: 2,
      other: 1,
    })
  })

  it('without an id get one from file and position, the same each time', () => {
    const { event_id: _, ...rest } = click
    const first = convert({}, json(rest, 3))
    expect(first).toEqual({ ...rest, event_id: rowId('shop.ndjson', 3) })
    expect(convert({}, json(rest, 4))).not.toEqual(convert({}, json(rest, 3)))
    expect(convert({ fileName: 'other.ndjson' }, json(rest, 3))).not.toEqual(first)
  })

  it('are sent whatever they hold when unchecked', () => {
    const unchecked = createConverter({ ...settings, isChecked: false })
    const broken = json('{"event_id":')
    expect(unchecked(broken)).toEqual({ key: '', value: broken.raw, timeMs: Number.NaN })
    const negative = json({ ...click, event_type: 'purchase', quantity: -1, unit_price: 1 })
    expect(unchecked(negative)).toMatchObject({ key: 'u1', value: negative.raw })
  })
})

describe('CSV rows', () => {
  const retail = {
    columns: [
      'InvoiceNo',
      'StockCode',
      'Description',
      'Quantity',
      'InvoiceDate',
      'UnitPrice',
      'Who',
    ],
    mapping: mappingOf(
      'user_id=Who,product_id=StockCode,quantity=Quantity,unit_price=UnitPrice,event_time=InvoiceDate',
      'event_type=purchase,currency=GBP',
    ),
    timeReader: compileTimeFormat('M/D/YY H:mm') as TimeReader,
    fileName: 'retail.csv',
  }

  it('become events of the mapped columns only', () => {
    expect(
      convert(retail, csv('1', '85123A', 'HOLDER', '6', '12/1/10 8:26', '2.55', '17850')),
    ).toEqual({
      event_id: rowId('retail.csv', 2),
      event_type: 'purchase',
      user_id: '17850',
      event_time: Date.UTC(2010, 11, 1, 8, 26),
      product_id: '85123A',
      quantity: 6,
      unit_price: 2.55,
      currency: 'GBP',
    })
  })

  it.each([
    ['a return', ['C1', 'D', '', '-1', '12/1/10 8:26', '2.55', '17850'], 'range quantity'],
    ['no customer', ['1', 'D', '', '1', '12/1/10 8:26', '2.55', ''], 'missing user_id'],
    [
      'a header line',
      ['1', 'StockCode', '', 'Quantity', 'InvoiceDate', 'x', 'Who'],
      'time event_time',
    ],
    ['three decimals', ['1', 'D', '', '1', '12/1/10 8:26', '2.555', '1'], 'decimals unit_price'],
    ['no number', ['1', 'D', '', 'two', '12/1/10 8:26', '2.55', '1'], 'type quantity'],
  ])('%s is rejected', (_what, cells, reason) => {
    expect(convert(retail, csv(...cells))).toBe(reason)
  })

  it('with the names of events need no mapping', () => {
    const columns = ['event_id', 'event_type', 'user_id', 'event_time', 'page', 'comment']
    const row = csv('e1', 'click', '007', '1700000000000', '', 'dropped')
    expect(convert({ columns }, row)).toEqual({ ...click, user_id: '007' })
  })

  it('that could not be read are rejected', () => {
    const row = { position: 9, raw: Buffer.from('a,"'), fault: 'a quote is open' }
    expect(createConverter({ ...settings, columns: ['a', 'b'] })(row)).toEqual({
      position: 9,
      field: '',
      reason: 'csv',
      detail: 'a quote is open',
      raw: row.raw,
    })
  })
})

describe('parseMapping', () => {
  it('reads pairs, as numbers where the field is a number', () => {
    const { mapping, problems } = parseMapping(
      eventSchema,
      ['user_id=Customer ID', 'page=url'],
      ['quantity=1,unit_price=0,currency=GBP'],
    )
    expect(problems).toEqual([])
    expect([...mapping.columns]).toEqual([
      ['user_id', 'Customer ID'],
      ['page', 'url'],
    ])
    expect([...mapping.constants]).toEqual([
      ['quantity', 1],
      ['unit_price', 0],
      ['currency', 'GBP'],
    ])
  })

  it('tells everything that is wrong', () => {
    const { problems } = parseMapping(eventSchema, ['userid=a,page'], ['page=', 'user_id=x'])
    expect(problems.map((problem) => `${problem.where} ${problem.what}`)).toEqual([
      '--map "userid" is no field of an event; did you mean "user_id"?',
      '--map expected field=… pairs with commas between, like user_id=CustomerID, got "page"',
      '--set expected field=… pairs with commas between, like currency=USD, got "page="',
    ])
  })

  it('missingColumns names columns that are not there and fields that nothing gives', () => {
    const problems = missingColumns(eventSchema, mappingOf('event_type=evnt'), ['user_id', 'event'])
    expect(problems.map((problem) => problem.what)).toEqual([
      'event_type=evnt: the file has no column "evnt"; did you mean "event"?',
      'no column is "event_time", which every event needs; the file has user_id, event: use --map event_time=<column> or --set event_time=<value>',
    ])
    expect(
      missingColumns(eventSchema, mappingOf('', 'event_type=view,event_time=1'), ['user_id']),
    ).toEqual([])
  })
})

it('rowId is shaped like a UUID and never changes', () => {
  expect(rowId('retail.csv', 2)).toMatchInlineSnapshot(`"a1629237-36d2-81de-9cbd-c7aaf6118caf"`)
  expect(rowId('retail.csv', 3)).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
})
