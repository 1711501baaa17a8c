import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileTimeFormat, type TimeReader } from './time-format.ts'

const read = (format: string, text: unknown): string | number => {
  const reader = compileTimeFormat(format)
  if (typeof reader !== 'function') return reader.problem
  const timeMs = reader(text)
  return Number.isNaN(timeMs) ? 'no time' : new Date(timeMs).toISOString()
}

describe('compileTimeFormat', () => {
  it.each([
    ['M/D/YY H:mm', '12/1/10 8:26', '2010-12-01T08:26:00.000Z'],
    ['YYYY-MM-DD HH:mm:ss', '2024-03-13 10:21:14', '2024-03-13T10:21:14.000Z'],
    ['YYYY-MM-DDTHH:mm:ss.SSSZ', '2024-03-13T10:21:14.5+02:00', '2024-03-13T08:21:14.500Z'],
    ['DD.MM.YYYY', '29.02.2024', '2024-02-29T00:00:00.000Z'],
    ['DD MMM YYYY hh:mm A', '01 Feb 2026 12:05 am', '2026-02-01T00:05:00.000Z'],
    ['MM/DD/YYYY h:mm A', '02/01/2026 1:05 PM', '2026-02-01T13:05:00.000Z'],
    ['M/D/YY', '1/2/69', '1969-01-02T00:00:00.000Z'],
    ['YYYYMMDD', '20260131', '2026-01-31T00:00:00.000Z'],
    ['epoch_s', '1700000000', '2023-11-14T22:13:20.000Z'],
    ['epoch_s', 1700000000.123, '2023-11-14T22:13:20.123Z'],
    ['epoch_ms', '1700000000123', '2023-11-14T22:13:20.123Z'],
    ['iso', '2026-01-31T12:00:00', '2026-01-31T12:00:00.000Z'],
    ['iso', '2026-01-31 12:00:00+01:00', '2026-01-31T11:00:00.000Z'],
    ['iso', '2026-01-31', '2026-01-31T00:00:00.000Z'],
  ])('%s reads %s', (format, text, iso) => {
    expect(read(format, text)).toBe(iso)
  })

  it.each([
    ['M/D/YY H:mm', '2/30/10 8:26'],
    ['M/D/YY H:mm', '13/1/10 8:26'],
    ['M/D/YY H:mm', '12/1/10 24:00'],
    ['M/D/YY H:mm', '12/1/10 8:26 '.concat('x')],
    ['M/D/YY H:mm', '12/1/2010 8:26'],
    ['M/D/YY h:mm A', '12/1/10 13:26 PM'],
    ['YYYY-MM-DD HH:mm:ss', 'timestamp'],
    ['YYYY-MM-DD HH:mm:ss', '2023-02-29 00:00:00'],
    ['YYYY.MM.DD', '2023x02x28'],
    ['epoch_s', 'now'],
    ['epoch_ms', ''],
    ['iso', '2026-02-30'],
    ['iso', 17],
  ])('%s refuses %s', (format, text) => {
    expect(read(format, text)).toBe('no time')
  })

  it.each(['HH:mm', 'YYYY', 'yesterday', ''])('%j is no format', (format) => {
    expect(read(format, '')).toMatch(/^expected year, month and day/)
  })

  it('wants AM or PM beside a clock of twelve hours', () => {
    expect(read('YYYY-MM-DD hh:mm', '')).toMatch(/^expected A/)
  })

  const pad = (n: number, width = 2) => String(n).padStart(width, '0')
  const writers: Readonly<Record<string, (date: Date) => string>> = {
    'YYYY-MM-DD HH:mm:ss.SSS': (d) => d.toISOString().replace('T', ' ').replace('Z', ''),
    'D/M/YYYY H:m:s': (d) =>
      `${d.getUTCDate()}/${d.getUTCMonth() + 1}/${pad(d.getUTCFullYear(), 4)} ${d.getUTCHours()}:${d.getUTCMinutes()}:${d.getUTCSeconds()}`,
    YYYYMMDDHHmm: (d) => d.toISOString().replace(/\D/g, '').slice(0, 12),
    iso: (d) => d.toISOString(),
    epoch_ms: (d) => String(d.getTime()),
    epoch_s: (d) => String(d.getTime() / 1000),
  }
  const precisionMs: Readonly<Record<string, number>> = {
    'D/M/YYYY H:m:s': 1000,
    YYYYMMDDHHmm: 60_000,
  }

  it.each(Object.keys(writers))('%s reads every time that is written so', (format) => {
    const reader = compileTimeFormat(format) as TimeReader
    const dates = fc.date({
      min: new Date('0100-01-01'),
      max: new Date('9999-12-31'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(dates, (date) => {
        const unit = precisionMs[format] ?? 1
        expect(reader(writers[format](date))).toBe(Math.floor(date.getTime() / unit) * unit)
      }),
    )
  })
})
