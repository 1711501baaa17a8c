// A panel's numbers as a table of text and as CSV: what is drawn, for those who cannot see it or want to reckon on. Pure.
import { formatChange, formatValue } from './format.js'
import { labelOf, splitLabelOf, valueNamed } from './names.js'

/** @typedef {import('../api.ts').Amount} Amount */
/** @typedef {import('../api.ts').PanelInfo} PanelInfo */
/** @typedef {import('../api.ts').PanelView} PanelView */
/** `value`: all digits, for CSV. @typedef {{ text: string, value: string | number | null }} Cell */
/** The first cell of a row is its name. @typedef {{ head: string[], rows: Cell[][] }} Numbers */

/**
 * @param {PanelInfo} info
 * @param {PanelView} panel
 * @param {(fromMs: number, toMs: number) => string} bucketName
 * @returns {Numbers}
 */
export function numbersOf(info, panel, bucketName) {
  switch (panel.kind) {
    case 'series':
      return ofSeries(info, panel, bucketName)
    case 'table':
      return ofTable(info, panel)
    case 'funnel':
      return ofFunnel(info, panel)
    case 'heatmap':
      return ofHeatmap(info, panel)
    default:
      return ofRows(info, panel)
  }
}

/**
 * @param {PanelInfo} info
 * @param {import('../api.ts').SeriesPanel} panel
 * @param {(fromMs: number, toMs: number) => string} bucketName
 */
function ofSeries(info, panel, bucketName) {
  const columns = panel.series.flatMap((one) => {
    const { unit } = valueNamed(info, one.name)
    const own = { label: labelOf(info, panel, one), unit, values: one.values }
    if (one.before === undefined) return [own]
    return [own, { label: `${own.label}, period before`, unit, values: one.before.values }]
  })
  const rows = panel.edges
    .slice(0, -1)
    .map((fromMs, index) => [
      { text: bucketName(fromMs, panel.edges[index + 1]), value: new Date(fromMs).toISOString() },
      ...columns.map(({ values, unit }) => amount(values[index] ?? null, unit)),
    ])
  return { head: ['Time', ...columns.map(({ label }) => label)], rows }
}

/** @param {PanelInfo} info @param {import('../api.ts').RowsPanel} panel */
function ofRows(info, panel) {
  const { unit, label } = info.value
  const shared = panel.rows.some(({ share }) => share !== null)
  const compared = panel.rows.some((row) => row.compared !== null)
  const rows = panel.rows.map((row) => [
    named(labelOf(info, panel, row)),
    amount(row.now, unit),
    ...(shared ? [amount(row.share, 'percentunit')] : []),
    ...(compared ? comparison(row, unit) : []),
  ])
  const head = [splitLabelOf(info, panel), label]
  if (shared) head.push('Share')
  if (compared) head.push('Period before', 'Change')
  return { head, rows }
}

/** @param {PanelInfo} info @param {import('../api.ts').TablePanel} panel */
function ofTable(info, panel) {
  const compared = info.values.map((_, n) => panel.rows.some(({ cells }) => cells[n].compared))
  const rows = panel.rows.map((row) => [
    named(labelOf(info, panel, row)),
    ...info.values.flatMap(({ unit }, n) => [
      amount(row.cells[n].now, unit),
      ...(compared[n] ? comparison(row.cells[n], unit) : []),
    ]),
  ])
  const head = info.values.flatMap(({ label }, n) =>
    compared[n] ? [label, `${label}, period before`, `${label}, change`] : [label],
  )
  return { head: [splitLabelOf(info, panel), ...head], rows }
}

/** @param {PanelInfo} info @param {import('../api.ts').FunnelPanel} panel */
function ofFunnel(info, panel) {
  const compared = panel.steps.some((step) => step.compared !== null)
  const rows = stepsIn(panel).map(({ step, ofFirst, ofBefore }) => [
    named(valueNamed(info, step.name).label),
    amount(step.now, valueNamed(info, step.name).unit),
    amount(ofFirst, 'percentunit'),
    amount(ofBefore, 'percentunit'),
    ...(compared ? comparison(step, valueNamed(info, step.name).unit) : []),
  ])
  const head = ['Step', 'Number', 'Of the first', 'Of the step before']
  if (compared) head.push('Period before', 'Change')
  return { head, rows }
}

/** @param {PanelInfo} info @param {import('../api.ts').HeatmapPanel} panel */
function ofHeatmap(info, panel) {
  const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`)
  const rows = panel.days.map(({ date, cells }) => [
    named(date),
    ...cells.map((value) => amount(value, info.value.unit)),
  ])
  return { head: ['Day', ...hours], rows }
}

/**
 * Each step with its share of the first and of the one before; the first has none. `lost` is the share that does not go on.
 * @param {import('../api.ts').FunnelPanel} panel
 */
export function stepsIn({ steps }) {
  return steps.map((step, index) => ({
    step,
    ofFirst: partOf(step.now, steps[0].now),
    ofBefore: index === 0 ? null : partOf(step.now, steps[index - 1].now),
  }))
}

/**
 * Where most are lost, as a share of those who came so far: the index of the step they do not reach; -1: nowhere.
 * @param {import('../api.ts').FunnelPanel} panel
 */
export function biggestDrop(panel) {
  let worst = -1
  const steps = stepsIn(panel)
  steps.forEach(({ ofBefore }, index) => {
    if (ofBefore === null || ofBefore >= 1) return
    if (worst === -1 || ofBefore < (steps[worst].ofBefore ?? 1)) worst = index
  })
  return worst
}

/** @param {number | null} part @param {number | null} whole */
const partOf = (part, whole) =>
  part === null || whole === null || whole <= 0 ? null : part / whole

/** @param {string} text */
const named = (text) => ({ text, value: text })

/** @param {number | null} value @param {string} unit */
const amount = (value, unit) => ({ text: formatValue(value, unit), value })

/** @param {Amount} amount @param {string} unit */
const comparison = ({ compared }, unit) => [
  amount(compared?.before ?? null, unit),
  {
    text: formatChange(compared)?.text ?? '–',
    value: compared === null || compared.before === 0 ? null : compared.now / compared.before - 1,
  },
]

/**
 * As RFC 4180 has it. Names come from events, so from strangers: one that a spreadsheet would take for a formula gets an
 * apostrophe before it.
 * @param {Numbers} numbers
 */
export function csvOf({ head, rows }) {
  const lines = [head, ...rows.map((row) => row.map(({ value }) => value))]
  return `${lines.map((line) => line.map(csvCell).join(',')).join('\r\n')}\r\n`
}

/** @param {string | number | null} value */
function csvCell(value) {
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value ?? '') ? `'${value}` : (value ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
