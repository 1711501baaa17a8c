// Numbers, durations and times as people read them. Pure.
import { axisUnit, durationOf, formatLength } from './lengths.js'

const LOCALE = 'en'
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map()

/** @param {Intl.NumberFormatOptions} options */
function numberFormat(options) {
  const key = JSON.stringify(options)
  const known = formats.get(key) ?? new Intl.NumberFormat(LOCALE, options)
  formats.set(key, known)
  return known
}

/**
 * A value to be read at a glance: "$1,284", "3.4%", "1.29M". No value: "–".
 * @param {number | null | undefined} value
 * @param {string} unit Grafana's unit id; an unknown one is written as a plain number
 */
export function formatValue(value, unit) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (unit === 'percentunit') return percent(value)
  const unitMs = durationOf(unit)
  if (unitMs !== undefined) return formatLength(value * unitMs)
  const compact = size >= 1e6
  /** @type {Intl.NumberFormatOptions} */
  const digits = compact
    ? { notation: 'compact', minimumFractionDigits: 2, maximumFractionDigits: 2 }
    : {}
  const currency = currencyOf(unit)
  if (currency !== undefined) {
    const cents = size >= 1000 ? { maximumFractionDigits: 0 } : {}
    return numberFormat({ style: 'currency', currency, ...cents, ...digits }).format(value)
  }
  const decimals = Number.isInteger(value) || size >= 1000 ? 0 : 2
  return numberFormat({ maximumFractionDigits: decimals, ...digits }).format(value)
}

/**
 * Where there is little room: "$158K", "31.2K", "$635"; small numbers as `formatValue` has them.
 * @param {number | null | undefined} value
 * @param {string} unit
 */
export function formatBrief(value, unit) {
  const size = Math.abs(value ?? 0)
  const currency = currencyOf(unit)
  const small = value === null || value === undefined || !(size >= 10_000)
  if (small && currency !== undefined && size >= 100)
    return numberFormat({ style: 'currency', currency, maximumFractionDigits: 0 }).format(
      value ?? 0,
    )
  if (small || unit === 'percentunit' || durationOf(unit) !== undefined)
    return formatValue(value, unit)
  const style = currency === undefined ? {} : { style: /** @type {const} */ ('currency'), currency }
  return numberFormat({ ...style, notation: 'compact', maximumSignificantDigits: 3 }).format(value)
}

/**
 * All digits of a value.
 * @param {number | null | undefined} value
 * @param {string} unit
 */
export function formatExact(value, unit) {
  if (value === null || value === undefined || !Number.isFinite(value)) return 'no value'
  const currency = currencyOf(unit)
  if (currency !== undefined) return numberFormat({ style: 'currency', currency }).format(value)
  if (unit === 'percentunit')
    return numberFormat({ style: 'percent', maximumFractionDigits: 3 }).format(value)
  const unitMs = durationOf(unit)
  if (unitMs !== undefined) return formatLength(value * unitMs)
  return numberFormat({ maximumFractionDigits: 3 }).format(value)
}

/**
 * Labels of an axis, as short as can be; they share their decimals.
 * @param {readonly number[]} values
 * @param {string} unit
 */
export function formatAxis(values, unit) {
  const largest = Math.max(...values.map(Math.abs), 0)
  const step = values.length > 1 ? Math.abs(values[1] - values[0]) : largest
  const unitMs = durationOf(unit)
  if (unitMs !== undefined) {
    const { size, word } = axisUnit(largest * unitMs)
    const decimals = decimalsOf((step * unitMs) / size)
    return values.map((value) => `${((value * unitMs) / size).toFixed(decimals)} ${word}`)
  }
  const currency = currencyOf(unit)
  const style = /** @type {Intl.NumberFormatOptions} */ (
    unit === 'percentunit'
      ? { style: 'percent' }
      : currency !== undefined
        ? { style: 'currency', currency, minimumFractionDigits: 0 }
        : {}
  )
  const compact = unit !== 'percentunit' && largest >= 1000
  const scale = unit === 'percentunit' ? 100 : !compact ? 1 : largest >= 1e6 ? 1e-6 : 1e-3
  const decimals = decimalsOf(step * scale)
  const format = numberFormat({
    ...style,
    ...(compact ? { notation: 'compact' } : {}),
    minimumFractionDigits: compact ? 0 : decimals,
    maximumFractionDigits: decimals,
  })
  return values.map((value) => format.format(value))
}

/** @param {number} step */
function decimalsOf(step) {
  for (let decimals = 0; decimals < 3; decimals++) {
    const scaled = step * 10 ** decimals
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6) return decimals
  }
  return 3
}

/** @param {number} value */
function percent(value) {
  const size = Math.abs(value)
  const decimals = size === 0 || size >= 0.995 ? 0 : size < 0.01 ? 2 : 1
  return numberFormat({
    style: 'percent',
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value)
}

/** @param {string} unit */
const currencyOf = (unit) => /^currency([A-Z]{3})$/.exec(unit)?.[1]

/**
 * How far `now` is from `before`: "+12%", or undefined when that says nothing.
 * @param {{ now: number, before: number } | null} compared
 */
export function formatChange(compared) {
  if (compared === null || compared.before === 0) return undefined
  const { now, before } = compared
  const change = now / before - 1
  if (Math.abs(change) >= 9.995) return undefined
  const rounded =
    Math.abs(change) < 0.1 ? Math.round(change * 1000) / 1000 : Math.round(change * 100) / 100
  const text = numberFormat({
    style: 'percent',
    maximumFractionDigits: Math.abs(rounded) < 0.1 ? 1 : 0,
    signDisplay: 'exceptZero',
  }).format(rounded)
  return { text, direction: Math.sign(rounded) }
}

/**
 * "10 s", "5 min", "1 h", "1 day".
 * @param {number} ms
 */
export function formatSpan(ms) {
  if (ms >= DAY) return plural(round(ms / DAY), 'day')
  if (ms >= HOUR) return `${round(ms / HOUR)} h`
  if (ms >= MINUTE) return `${round(ms / MINUTE)} min`
  return ms >= SECOND ? `${round(ms / SECOND)} s` : `${Math.round(ms)} ms`
}

/**
 * "last 15 minutes" of a range's name: "15 minutes".
 * @param {string} name such as 15m
 */
export function formatRangeName(name) {
  const match = /^(\d+)([mhd])$/.exec(name)
  if (match === null) return name
  const unit = match[2] === 'm' ? 'minute' : match[2] === 'h' ? 'hour' : 'day'
  return Number(match[1]) === 1 ? unit : plural(Number(match[1]), unit)
}

/**
 * How long ago: "just now", "12 s ago", "5 min ago".
 * @param {number} ms
 */
export function formatAgo(ms) {
  if (ms < 1500) return 'just now'
  if (ms >= 730 * DAY) return `${Math.floor(ms / (365.25 * DAY))} years ago`
  if (ms >= 60 * DAY) return `${Math.floor(ms / (30.44 * DAY))} months ago`
  return `${formatSpan(ms < MINUTE ? Math.round(ms / SECOND) * SECOND : floorToUnit(ms))} ago`
}

/** @param {number} ms */
function floorToUnit(ms) {
  const unit = ms >= DAY ? DAY : ms >= HOUR ? HOUR : MINUTE
  return Math.floor(ms / unit) * unit
}

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10

/**
 * @param {number} count
 * @param {string} word
 */
const plural = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`
