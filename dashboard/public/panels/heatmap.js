// Heatmap: hours of the day beside each other, days below each other, darker where there is more.
import { element, setText } from '../dom.js'
import { formatExact, formatValue } from '../format.js'
import { readByKeys, readByPointer } from '../reading.js'
import { createRows } from '../rows.js'

/** @typedef {import('../../api.ts').HeatmapPanel} HeatmapPanel */

const HOURS = 24
/** Shades, of which a reader tells one from the next. */
const SHADES = 6
/** With more days there is room for every other name. */
const DENSE = 14
const dayName = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
})

/**
 * @param {import('../../api.ts').PanelInfo} info
 * @param {import('../panel.js').PanelContext} context
 */
export function createHeatmap(info, { say }) {
  const { unit } = info.value
  const days = element('div', { class: 'heat-days' })
  const scale = Array.from({ length: 4 }, (_, n) =>
    element('span', {}, String(n * 6).padStart(2, '0')),
  )
  const plot = element(
    'div',
    {
      class: 'heat panel-plot',
      tabindex: '0',
      role: 'group',
      'aria-label': `${info.title}, hours of the day by day. Arrow keys read the values.`,
    },
    days,
    element('div', { class: 'heat-scale', 'aria-hidden': 'true' }, ...scale),
  )
  const readout = element('p', { class: 'legend-head' })
  const [least, most] = [element('span'), element('span')]
  const shades = Array.from({ length: SHADES }, (_, n) => {
    const shade = element('span', { class: 'heat-cell' })
    shade.dataset.shade = String(n + 1)
    return shade
  })
  const legend = element('div', { class: 'heat-legend' }, least, ...shades, most)
  const show = createRows(days, createDay)
  /** @type {HeatmapPanel | undefined} */
  let drawn
  /** @type {Element | undefined} */
  let marked

  /** @param {number} index */
  function tell(index) {
    const day = drawn?.days[Math.floor(index / HOURS)]
    if (day === undefined) return ''
    const hour = index % HOURS
    const value = day.cells[hour]
    const amount = value === null ? 'no value' : formatExact(value, unit)
    const open = day.open.includes(hour) ? ' so far' : ''
    return `${nameOfDay(day.date)}, ${clock(hour)} – ${clock(hour + 1)}: ${amount}${open}`
  }

  /** @param {number | null} index */
  function point(index) {
    marked?.classList.remove('pointed')
    marked =
      index === null ? undefined : (days.querySelector(`[data-index="${index}"]`) ?? undefined)
    marked?.classList.add('pointed')
    setText(
      readout,
      index === null ? `${info.value.label} by hour, clock of ${drawn?.tz}` : tell(index),
    )
  }

  readByKeys(plot, {
    count: () => (drawn?.days.length ?? 0) * HOURS,
    perRow: HOURS,
    point,
    tell,
    say,
  })
  readByPointer(plot, point)

  return {
    root: element(
      'div',
      { class: 'drawing' },
      plot,
      element('div', { class: 'heat-foot' }, readout, legend),
    ),
    /** @param {HeatmapPanel} panel */
    update(panel) {
      drawn = panel
      const values = panel.days.flatMap(({ cells }) => cells.flatMap((value) => value ?? []))
      const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
      show(panel.days.map((day) => ({ ...day, low, high })))
      days.style.setProperty('--days', String(panel.days.length))
      days.classList.toggle('dense', panel.days.length > DENSE)
      setText(least, formatValue(low, unit))
      setText(most, formatValue(high, unit))
      if (marked === undefined) point(null)
    },
  }
}

/** @typedef {HeatmapPanel['days'][number] & { low: number, high: number }} Day */

/** @param {number} row */
function createDay(row) {
  const [day, month] = [element('span'), element('span', { class: 'heat-month' })]
  const cells = Array.from({ length: HOURS }, (_, hour) =>
    element('span', { class: 'heat-cell', 'data-index': String(row * HOURS + hour) }),
  )
  return {
    root: element(
      'div',
      { class: 'heat-row' },
      element('span', { class: 'heat-day' }, day, month),
      ...cells,
    ),
    /** @param {Day} day */
    update({ date, cells: values, open, low, high }) {
      const name = nameOfDay(date)
      setText(day, name.slice(0, name.lastIndexOf(' ')))
      setText(month, name.slice(name.lastIndexOf(' ')))
      cells.forEach((cell, hour) => {
        const shade = String(shadeOf(values[hour], low, high))
        if (cell.dataset.shade !== shade) cell.dataset.shade = shade
        cell.classList.toggle('open', open.includes(hour))
      })
    },
  }
}

/**
 * 1 (least) to SHADES (most); 0: no value.
 * @param {number | null} value @param {number} low @param {number} high
 */
export function shadeOf(value, low, high) {
  if (value === null) return 0
  if (high <= low) return 1
  return Math.min(SHADES, 1 + Math.floor(((value - low) / (high - low)) * SHADES))
}

/** "2026-11-21" as "Sat 21 Nov". @param {string} date */
const nameOfDay = (date) => dayName.format(Date.parse(date)).replace(',', '')

/** @param {number} hour */
const clock = (hour) => `${String(hour).padStart(2, '0')}:00`
