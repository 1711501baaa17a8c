// Foreign ways to write a time, as people name them: `YYYY-MM-DD HH:mm:ss`, `M/D/YY H:mm`, `epoch_s`. A time without a
// zone is UTC.
import { parseTimeMs } from '../../data/time.ts'

/** Epoch milliseconds of a written time, or NaN when it is not written so. */
export type TimeReader = (value: unknown) => number

interface Parts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  ms: number
  zoneMs: number
  isPm?: boolean
}

interface Token {
  readonly pattern: string
  readonly set: (parts: Parts, text: string) => void
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const number = (
  pattern: string,
  name: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second',
) => ({
  pattern,
  set: (parts: Parts, text: string) => {
    parts[name] = Number(text)
  },
})

/** What a format is made of; longer tokens first. Every other character stands for itself. */
export const TIME_TOKENS: Readonly<Record<string, Token>> = {
  YYYY: number('\\d{4}', 'year'),
  // As POSIX has it: 69–99 are of the last century.
  YY: {
    pattern: '\\d{2}',
    set: (p, text) => {
      p.year = Number(text) + (Number(text) < 69 ? 2000 : 1900)
    },
  },
  MMM: {
    pattern: '[A-Za-z]{3}',
    set: (p, text) => {
      p.month = MONTHS.indexOf(text.toLowerCase()) + 1
    },
  },
  MM: number('\\d{2}', 'month'),
  M: number('\\d{1,2}', 'month'),
  DD: number('\\d{2}', 'day'),
  D: number('\\d{1,2}', 'day'),
  HH: number('\\d{2}', 'hour'),
  H: number('\\d{1,2}', 'hour'),
  hh: number('\\d{2}', 'hour'),
  h: number('\\d{1,2}', 'hour'),
  mm: number('\\d{2}', 'minute'),
  m: number('\\d{1,2}', 'minute'),
  ss: number('\\d{2}', 'second'),
  s: number('\\d{1,2}', 'second'),
  SSS: {
    pattern: '\\d{1,9}',
    set: (p, text) => {
      p.ms = Number(text.padEnd(3, '0').slice(0, 3))
    },
  },
  A: {
    pattern: '[AaPp][Mm]',
    set: (p, text) => {
      p.isPm = text[0].toLowerCase() === 'p'
    },
  },
  Z: {
    pattern: '(?:Z|[+-]\\d{2}:?\\d{2})',
    set: (p, text) => {
      p.zoneMs = zoneMs(text)
    },
  },
}

const TOKEN = /YYYY|YY|MMM|MM|M|DD|D|HH|H|hh|h|mm|m|SSS|ss|s|A|Z/g

/** Reader of a format, or why it is none. */
export function compileTimeFormat(format: string): TimeReader | { readonly problem: string } {
  if (format === 'epoch_ms') return epoch(1)
  if (format === 'epoch_s') return epoch(1000)
  if (format === 'iso') return isoTime
  const setters: Token['set'][] = []
  const names: string[] = []
  let pattern = ''
  let from = 0
  for (const match of format.matchAll(TOKEN)) {
    pattern += escapeRegExp(format.slice(from, match.index))
    from = match.index + match[0].length
    const token = TIME_TOKENS[match[0]]
    pattern += `(${token.pattern})`
    setters.push(token.set)
    names.push(match[0])
  }
  const has = (letter: string) => names.some((name) => name.startsWith(letter))
  if (!has('Y') || !has('M') || !has('D'))
    return {
      problem:
        'expected year, month and day, e.g. "YYYY-MM-DD HH:mm:ss" or "M/D/YY H:mm", or iso, epoch_s, epoch_ms',
    }
  if (has('h') && !has('A')) return { problem: 'expected A (AM or PM) beside h; H is 0 to 23' }
  const expression = new RegExp(`^${pattern}${escapeRegExp(format.slice(from))}$`)
  return (value) => {
    const match = expression.exec(String(value).trim())
    if (match === null) return Number.NaN
    const parts: Parts = {
      year: 0,
      month: 1,
      day: 1,
      hour: 0,
      minute: 0,
      second: 0,
      ms: 0,
      zoneMs: 0,
    }
    for (let i = 0; i < setters.length; i++) setters[i](parts, match[i + 1])
    return instantOf(parts)
  }
}

function instantOf(parts: Parts): number {
  const { year, month, day, minute, second } = parts
  let { hour } = parts
  if (parts.isPm !== undefined) {
    if (hour < 1 || hour > 12) return Number.NaN
    hour = (hour % 12) + (parts.isPm ? 12 : 0)
  }
  if (hour > 23 || minute > 59 || second > 59 || month < 1 || month > 12) return Number.NaN
  const date = new Date(0)
  // Date.UTC takes the years 0–99 for 1900–1999.
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCDate() !== day || date.getUTCMonth() !== month - 1) return Number.NaN
  return date.setUTCHours(hour, minute, second, parts.ms) - parts.zoneMs
}

function zoneMs(text: string): number {
  if (text === 'Z') return 0
  const digits = text.slice(1).replace(':', '')
  const hours = Number(digits.slice(0, 2))
  const minutes = Number(digits.slice(2))
  if (hours > 14 || minutes > 59) return Number.NaN
  return (text[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

const epoch =
  (unitMs: number): TimeReader =>
  (value) => {
    const isNumber =
      typeof value === 'number' ||
      (typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value))
    return isNumber ? parseTimeMs(Math.round(Number(value) * unitMs)) : Number.NaN
  }

/** ISO 8601; a date alone is its midnight. */
const isoTime: TimeReader = (value) => {
  if (typeof value !== 'string') return Number.NaN
  const text = value.trim()
  const withTime = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text
  return parseTimeMs(
    /(?:Z|[+-]\d\d(?::?\d\d)?)$/i.test(withTime.slice(10)) ? withTime : `${withTime}Z`,
  )
}

const escapeRegExp = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
