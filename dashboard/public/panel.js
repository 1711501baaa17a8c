// One metric's panel: title, chart, tooltip and legend, kept in step.
import { createChart } from './chart.js'
import { element, setText } from './dom.js'
import { formatSpan, formatValue } from './format.js'
import { createLegend } from './legend.js'
import { coloursOf } from './palette.js'
import { inOrder, keyOf } from './stack.js'
import { createTooltip } from './tooltip.js'

/** @typedef {import('../api.ts').PanelInfo} PanelInfo */
/** @typedef {import('../api.ts').SeriesPanel} PanelView */
/** @typedef {import('../api.ts').Series} Series */
/** @typedef {import('../api.ts').View} View */
/** @typedef {{ series: Series[], colours: string[], panel: PanelView, view: View }} Drawn */

const HEIGHT = 232

/**
 * @param {PanelInfo} info
 * @param {object} context
 * @param {ReturnType<typeof import('./times.js').timesIn>} context.times
 * @param {() => 'light' | 'dark'} context.theme
 * @param {(fromMs: number, toMs: number) => void} context.onZoom
 * @param {(text: string) => void} context.say for screen readers
 */
export function createPanel(info, { times, theme, onZoom, say }) {
  const { unit, kind } = info.value
  const splitLabel = info.splits.find((tag) => tag.name === info.split)?.label
  const tooltip = createTooltip(unit, kind === 'sum')
  const legend = createLegend(splitLabel ?? info.value.label, unit, {
    onToggle: toggle,
    onFocus: (place) => chart.focus(place),
  })
  const parts = panelParts(info, tooltip.root, legend.roots)
  const { plot } = parts
  const chart = createChart(plot, {
    stacked: kind === 'sum',
    unit,
    height: HEIGHT,
    times,
    onZoom,
    onCursor: showValues,
  })
  /** Remembered colours, by name. @type {Map<string, number>} */
  const places = new Map()
  /** @type {Set<string>} */
  const hidden = new Set()
  /** @type {Drawn | undefined} */
  let drawn
  let hovered = false
  /** Bucket under the cursor. @type {number | null} */
  let pointed = null

  /** @param {number | null} index */
  function showValues(index) {
    pointed = index
    if (drawn === undefined) return
    const { series, colours, panel, view } = drawn
    const at = index !== null && index < panel.edges.length - 1 ? index : null
    const title = at === null ? rangeTitle(view) : bucketTitle(drawn, at)
    const values = series.map((one) => (at === null ? one.total : one.values[at]))
    legend.show(title, values)
    if (at === null || !hovered) return tooltip.hide()
    const rows = series.flatMap((one, place) =>
      hidden.has(keyOf(one))
        ? []
        : [{ label: labelOf(one), value: values[place], colour: colours[place] }],
    )
    tooltip.show(title, rows, chart.cursorLeft(), plot.clientWidth)
  }

  /** @param {Drawn} what @param {number} index */
  function bucketTitle({ panel, view }, index) {
    const text = times.bucket(panel.edges[index], panel.edges[index + 1], view.nowMs)
    if (index >= panel.openFrom) return `${text} (open)`
    return index >= panel.completeCount ? `${text} (so far)` : text
  }

  /** @param {View} view */
  const rangeTitle = (view) =>
    `${kind === 'ratio' ? 'Overall' : 'Total'}, ${times.stretch(view.fromMs, view.toMs, view.nowMs)}`

  /** @param {Series} series */
  function labelOf({ name, rest }) {
    if (rest > 0) return `${rest} others`
    return name === '' ? info.value.label : name
  }

  function draw() {
    if (drawn === undefined) return
    const { series, colours, panel, view } = drawn
    legend.mark(colours, hidden)
    chart.update({
      edges: panel.edges,
      completeCount: panel.completeCount,
      openFrom: panel.openFrom,
      layers: series.map((one) => [...one.values]),
      shown: series.map((one) => !hidden.has(keyOf(one))),
      colours,
      fromMs: view.fromMs,
      toMs: view.toMs,
    })
  }

  /** @param {string} key @param {boolean} only */
  function toggle(key, only) {
    const keys = drawn?.series.map(keyOf) ?? []
    if (only) for (const other of keys) other === key ? hidden.delete(other) : hidden.add(other)
    else if (!hidden.delete(key)) hidden.add(key)
    // Nothing left to see helps nobody.
    if (keys.every((one) => hidden.has(one))) hidden.clear()
    draw()
  }

  plot.addEventListener('mouseenter', () => {
    hovered = true
  })
  plot.addEventListener('mouseleave', () => {
    hovered = false
    tooltip.hide()
  })
  plot.addEventListener('blur', () => chart.pointAt(null))
  plot.addEventListener('keydown', (event) => {
    if (drawn === undefined) return
    const next = stepTo(event.key, pointed, drawn.panel.edges.length - 1)
    if (next === undefined) return
    event.preventDefault()
    chart.pointAt(next)
    const values = drawn.series.map(
      (one) => `${labelOf(one)} ${formatValue(one.values[next], unit)}`,
    )
    say(`${bucketTitle(drawn, next)}: ${values.join(', ')}`)
  })

  return {
    root: parts.root,
    /** @param {PanelView} panel @param {View} view */
    update(panel, view) {
      const before = drawn?.series.map(keyOf) ?? []
      const series = inOrder(before, panel.series)
      const same =
        series.length === before.length && series.every((one, i) => keyOf(one) === before[i])
      if (!same) legend.build(series.map((one) => ({ key: keyOf(one), label: labelOf(one) })))
      drawn = { series, colours: coloursOf(places, series, theme()), panel, view }
      setText(parts.per, `per ${formatSpan(panel.bucketMs)}`)
      setText(parts.note, noteOf(panel))
      parts.note.hidden = parts.note.textContent === ''
      draw()
      showValues(pointed)
    },
    recolour() {
      if (drawn === undefined) return
      drawn = { ...drawn, colours: coloursOf(places, drawn.series, theme()) }
      legend.mark(drawn.colours, hidden)
      chart.recolour(drawn.colours)
    },
  }
}

/**
 * @param {PanelInfo} info
 * @param {HTMLElement} tooltip
 * @param {HTMLElement[]} legend
 */
function panelParts(info, tooltip, legend) {
  const id = `panel-${info.id}`
  const per = element('span', { class: 'panel-per' })
  const plot = element('div', {
    class: 'panel-plot',
    tabindex: '0',
    role: 'group',
    'aria-label': `${info.title}, chart. Left and right arrow keys read the values.`,
  })
  const note = element('p', { class: 'panel-note' }, 'Loading …')
  const head = element(
    'header',
    { class: 'panel-head' },
    element('h2', { id }, info.title),
    per,
    element('p', { class: 'panel-summary' }, info.summary),
  )
  const body = element('div', { class: 'panel-body' }, plot, note, tooltip)
  const root = element('article', { class: 'panel', 'aria-labelledby': id }, head, body, ...legend)
  return { root, per, plot, note }
}

/** @param {PanelView} panel */
function noteOf(panel) {
  return panel.empty ? 'No data in this time range' : panel.notes.join(' ')
}

/**
 * The bucket that a key leads to.
 * @param {string} key
 * @param {number | null} at
 * @param {number} count
 */
function stepTo(key, at, count) {
  if (count === 0) return undefined
  const last = count - 1
  if (key === 'ArrowLeft') return Math.max(0, (at ?? count) - 1)
  if (key === 'ArrowRight') return Math.min(last, (at ?? -1) + 1)
  if (key === 'Home') return 0
  return key === 'End' ? last : undefined
}
