// The frame of a panel: title, tools, notes, and what its kind draws; or its numbers as a table.

import { element, setText } from './dom.js'
import { downloadText } from './download.js'
import { formatSpan } from './format.js'
import { iconButton } from './icons.js'
import { csvOf, numbersOf } from './numbers.js'
import { createNumbersTable } from './numbers-table.js'
import { createBars } from './panels/bars.js'
import { createFunnel } from './panels/funnel.js'
import { createHeatmap } from './panels/heatmap.js'
import { createRanking } from './panels/ranking.js'
import { createSeries } from './panels/series.js'
import { createShare } from './panels/share.js'
import { createTable } from './panels/table.js'
import { createSplit } from './split.js'

/** @typedef {import('../api.ts').PanelInfo} PanelInfo */
/** @typedef {import('../api.ts').PanelKind} PanelKind */
/** @typedef {import('../api.ts').PanelView} PanelView */
/** @typedef {import('../api.ts').View} View */

/**
 * @typedef {object} PanelContext
 * @property {ReturnType<typeof import('./times.js').timesIn>} times
 * @property {() => 'light' | 'dark'} theme
 * @property {(fromMs: number, toMs: number) => void} onZoom
 * @property {(text: string) => void} say for screen readers
 * @property {(panel: HTMLElement, opener: HTMLElement) => void} enlarge
 * @property {(info: PanelInfo, tag: string) => void} onSplit empty: by none
 */

/**
 * What a kind draws. It is told of views when they are to be seen, not of all.
 * @typedef {{ root: HTMLElement, update(panel: PanelView, view: View): void, recolour?(): void }} Drawing
 */

/** @type {Record<PanelKind, (info: PanelInfo, context: PanelContext) => Drawing>} */
const KINDS = {
  series: createSeries,
  bars: createBars,
  share: createShare,
  ranking: createRanking,
  table: createTable,
  funnel: createFunnel,
  heatmap: createHeatmap,
}

/**
 * @param {PanelInfo} info
 * @param {PanelContext} context
 */
export function createPanel(info, context) {
  const drawing = KINDS[info.kind](info, context)
  const table = createNumbersTable(info)
  const parts = panelParts(info, drawing.root, table.root)
  /** @type {{ panel: PanelView, view: View } | undefined} */
  let shown
  let asNumbers = false

  const asTable = iconButton('table', `Numbers of ${info.title} as a table`, () => {
    asNumbers = !asNumbers
    asTable.setAttribute('aria-pressed', String(asNumbers))
    draw()
  })
  asTable.setAttribute('aria-pressed', 'false')
  const csv = iconButton('download', `Download ${info.title} as CSV`, () => {
    if (shown !== undefined) downloadText(`${info.id}.csv`, csvOf(numbers(shown)), 'text/csv')
  })
  const large = iconButton('enlarge', `Enlarge ${info.title}`, () =>
    context.enlarge(parts.root, large),
  )
  large.dataset.enlarge = ''
  parts.tools.append(asTable, csv, large)
  const split = createSplit(info, (tag) => context.onSplit(info, tag))
  if (split !== undefined) parts.head.append(split.root)

  /** @param {{ panel: PanelView, view: View }} what */
  const numbers = ({ panel, view }) =>
    numbersOf(info, panel, (fromMs, toMs) => context.times.bucket(fromMs, toMs, view.nowMs))

  function draw() {
    if (shown === undefined) return
    const { panel, view } = shown
    parts.root.classList.toggle('empty-panel', panel.empty)
    parts.root.classList.toggle('so-far', panel.soFar !== null && panel.kind !== 'series')
    setText(parts.per, perOf(panel))
    const note = noteOf(panel, view)
    setText(parts.note, panel.empty ? note || 'No data in this time range' : '')
    parts.note.hidden = !panel.empty
    setText(parts.remark, panel.empty ? '' : note)
    parts.remark.hidden = panel.empty || note === ''
    drawing.root.hidden = asNumbers
    table.root.hidden = !asNumbers
    if (asNumbers) table.update(numbers(shown))
    else drawing.update(panel, view)
  }

  /** What one number is of. @param {PanelView} panel */
  function perOf({ kind, bucketMs, soFar }) {
    if (kind === 'series') return `per ${formatSpan(bucketMs)}`
    return soFar === null ? '' : 'so far'
  }

  /** What a reader must know of the numbers. @param {PanelView} panel @param {View} view */
  function noteOf({ notes, soFar }, view) {
    if (soFar === null) return notes.join(' ')
    const when = context.times.bucket(soFar.fromMs, soFar.toMs, view.nowMs)
    return [...notes, `So far: ${when} is still open.`].join(' ')
  }

  return {
    root: parts.root,
    /** Remembers what is to be drawn. @param {PanelView} panel @param {View} view */
    take(panel, view) {
      shown = { panel, view }
      split?.mark(panel.split)
    },
    /** What was taken last. */
    shown: () => shown?.panel,
    draw,
    recolour: () => drawing.recolour?.(),
  }
}

/**
 * @param {PanelInfo} info
 * @param {HTMLElement} drawing
 * @param {HTMLElement} table
 */
function panelParts(info, drawing, table) {
  const id = `panel-${info.id}`
  const per = element('span', { class: 'panel-per' })
  const tools = element('div', { class: 'panel-tools' })
  const note = element('p', { class: 'panel-note' }, 'Loading …')
  const remark = element('p', { class: 'panel-remark' })
  remark.hidden = true
  const head = element(
    'header',
    { class: 'panel-head' },
    element('h3', { id }, info.title),
    per,
    tools,
    element('p', { class: 'panel-summary' }, info.summary),
  )
  const body = element('div', { class: 'panel-body' }, drawing, table, note)
  const root = element(
    'article',
    { class: `panel empty-panel kind-${info.kind}`, 'aria-labelledby': id },
    head,
    body,
    remark,
  )
  return { root, head, per, tools, note, remark }
}
