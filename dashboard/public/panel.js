// One metric's panel: title, chart, tooltip, and a legend with totals that turn into the values under the cursor.
import { createChart } from './chart.js'
import { element, setText } from './dom.js'
import { formatExact, formatSpan, formatValue } from './format.js'
import { coloursOf } from './palette.js'
import { inOrder, keyOf } from './stack.js'

/** @typedef {import('../api.ts').PanelInfo} PanelInfo */
/** @typedef {import('../api.ts').PanelView} PanelView */
/** @typedef {import('../api.ts').Series} Series */
/** @typedef {import('../api.ts').View} View */

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
  const id = `panel-${info.metric}`
  const per = element('span', { class: 'panel-per' })
  const plot = element('div', {
    class: 'panel-plot',
    tabindex: '0',
    role: 'group',
    'aria-label': `${info.title}, chart. Left and right arrow keys read the values.`,
  })
  const note = element('p', { class: 'panel-note' }, 'Loading …')
  const tooltip = element('div', { class: 'tooltip', 'aria-hidden': 'true' })
  tooltip.hidden = true
  const legend = element('div', { class: 'legend', role: 'group' })
  legend.setAttribute('aria-label', `${info.splitLabel ?? info.value.label}: show or hide`)
  const legendHead = element('p', { class: 'legend-head' })
  const root = element(
    'article',
    { class: 'panel', 'aria-labelledby': id },
    element(
      'header',
      { class: 'panel-head' },
      element('h2', { id }, info.title),
      per,
      element('p', { class: 'panel-summary' }, info.summary),
    ),
    element('div', { class: 'panel-body' }, plot, note, tooltip),
    legendHead,
    legend,
  )

  /** @type {Map<string, number>} */
  const places = new Map()
  /** @type {Set<string>} */
  const hidden = new Set()
  /** @type {{ series: Series[], colours: string[], panel: PanelView, view: View } | undefined} */
  let drawn
  /** @type {{ button: HTMLButtonElement, value: HTMLElement }[]} */
  let entries = []
  let hovered = false
  /** @type {number | null} */
  let pointed = null

  const chart = createChart(plot, {
    stacked: info.value.kind === 'sum',
    unit: info.value.unit,
    height: HEIGHT,
    times,
    onZoom,
    onCursor: showValues,
  })

  /** @param {number | null} index */
  function showValues(index) {
    pointed = index
    if (drawn === undefined) return
    const { series, panel, view } = drawn
    const at = index !== null && index < panel.count ? index : null
    const when = at === null ? '' : bucketText(at)
    setText(legendHead, at === null ? legendTitle(view) : when)
    series.forEach((one, place) => {
      const value = at === null ? one.total : one.values[at]
      setText(entries[place].value, formatValue(value, info.value.unit))
      entries[place].value.title = formatExact(value, info.value.unit)
    })
    tooltip.hidden = at === null || !hovered
    if (at !== null && hovered) fillTooltip(at, when)
  }

  /** @param {number} index */
  function bucketText(index) {
    if (drawn === undefined) return ''
    const { panel, view } = drawn
    const fromMs = panel.startMs + index * panel.bucketMs
    const text = times.bucket(fromMs, fromMs + panel.bucketMs, view.nowMs)
    return index >= panel.completeCount ? `${text} (so far)` : text
  }

  /** @param {View} view */
  const legendTitle = (view) =>
    `${info.value.kind === 'ratio' ? 'Overall' : 'Total'}, ${times.stretch(view.fromMs, view.toMs, view.nowMs)}`

  /** @param {number} index @param {string} when */
  function fillTooltip(index, when) {
    if (drawn === undefined) return
    const { series, colours } = drawn
    const rows = series.flatMap((one, place) =>
      hidden.has(keyOf(one))
        ? []
        : [{ name: labelOf(one), value: one.values[index], colour: colours[place] }],
    )
    const lines = rows.map(({ name, value, colour }) =>
      element(
        'div',
        { class: 'tooltip-row' },
        swatch(colour),
        element('span', { class: 'tooltip-name' }, name),
        element('span', { class: 'tooltip-value' }, formatValue(value, info.value.unit)),
      ),
    )
    // Stacked layers are read from the top down, as they are drawn.
    if (info.value.kind === 'sum') lines.reverse()
    const total = rows.reduce((sum, row) => sum + (row.value ?? 0), 0)
    const all =
      info.value.kind === 'sum' && rows.length > 1
        ? [
            element(
              'div',
              { class: 'tooltip-row tooltip-total' },
              element('span', { class: 'tooltip-name' }, 'All'),
              element('span', { class: 'tooltip-value' }, formatValue(total, info.value.unit)),
            ),
          ]
        : []
    tooltip.replaceChildren(element('div', { class: 'tooltip-when' }, when), ...lines, ...all)
    placeTooltip()
  }

  function placeTooltip() {
    const left = chart.cursorLeft()
    const width = tooltip.offsetWidth
    const room = plot.clientWidth
    const beside = left + 16 + width > room ? left - width - 16 : left + 16
    tooltip.style.transform = `translate(${Math.round(Math.max(0, Math.min(beside, room - width)))}px, 4px)`
  }

  /** @param {Series} series */
  function labelOf({ name, rest }) {
    if (rest > 0) return `${rest} others`
    return name === '' ? info.value.label : name
  }

  function draw() {
    if (drawn === undefined) return
    const { series, colours, panel, view } = drawn
    chart.update({
      startMs: panel.startMs,
      bucketMs: panel.bucketMs,
      completeCount: panel.completeCount,
      layers: series.map((one) => [...one.values]),
      shown: series.map((one) => !hidden.has(keyOf(one))),
      colours,
      fromMs: view.fromMs,
      toMs: view.toMs,
    })
  }

  /** @param {Series[]} series */
  function buildLegend(series) {
    entries = series.map((one, place) => {
      const value = element('span', { class: 'legend-value' })
      const button = element(
        'button',
        { class: 'legend-entry', type: 'button', 'aria-pressed': String(!hidden.has(keyOf(one))) },
        swatch(''),
        element('span', { class: 'legend-name', title: labelOf(one) }, labelOf(one)),
        value,
      )
      button.addEventListener('click', (event) => toggle(keyOf(one), event.altKey))
      for (const type of ['mouseenter', 'focus'])
        button.addEventListener(type, () => chart.focus(place))
      for (const type of ['mouseleave', 'blur'])
        button.addEventListener(type, () => chart.focus(null))
      return { button, value }
    })
    legend.replaceChildren(...entries.map((entry) => entry.button))
  }

  /** Shows or hides a series; with Alt only this one. @param {string} key @param {boolean} only */
  function toggle(key, only) {
    if (drawn === undefined) return
    const keys = drawn.series.map(keyOf)
    if (only) for (const other of keys) other === key ? hidden.delete(other) : hidden.add(other)
    else if (!hidden.delete(key)) hidden.add(key)
    // Nothing left to see helps nobody.
    if (keys.every((one) => hidden.has(one))) hidden.clear()
    keys.forEach((one, place) => {
      entries[place].button.setAttribute('aria-pressed', String(!hidden.has(one)))
    })
    draw()
  }

  function colourLegend() {
    drawn?.colours.forEach((colour, place) => {
      const mark = entries[place].button.querySelector('.swatch')
      if (mark instanceof HTMLElement) mark.style.background = colour
    })
  }

  plot.addEventListener('mouseenter', () => {
    hovered = true
  })
  plot.addEventListener('mouseleave', () => {
    hovered = false
    tooltip.hidden = true
  })
  plot.addEventListener('blur', () => chart.pointAt(null))
  plot.addEventListener('keydown', (event) => {
    if (drawn === undefined) return
    const next = steps(event.key, pointed, drawn.panel.count)
    if (next === undefined) return
    event.preventDefault()
    chart.pointAt(next)
    const { series } = drawn
    const values = series.map(
      (one) => `${labelOf(one)} ${formatValue(one.values[next], info.value.unit)}`,
    )
    say(`${bucketText(next)}: ${values.join(', ')}`)
  })

  return {
    root,
    /** @param {PanelView} panel @param {View} view */
    update(panel, view) {
      const before = drawn?.series ?? []
      const series = inOrder(before.map(keyOf), panel.series)
      const colours = coloursOf(places, series, theme())
      const same =
        before.length === series.length && before.every((one, i) => keyOf(one) === keyOf(series[i]))
      drawn = { series, colours, panel, view }
      setText(per, `per ${formatSpan(panel.bucketMs)}`)
      if (!same || entries.length !== series.length) buildLegend(series)
      colourLegend()
      draw()
      setText(note, noteOf(panel))
      note.hidden = note.textContent === ''
      showValues(pointed)
    },
    recolour() {
      if (drawn === undefined) return
      drawn = { ...drawn, colours: coloursOf(places, drawn.series, theme()) }
      colourLegend()
      chart.recolour(drawn.colours)
    },
  }
}

/** @param {PanelView} panel */
function noteOf(panel) {
  if (panel.tooWide)
    return 'Different ones cannot be added up over time: choose a shorter time range.'
  return panel.series.length === 0 ? 'No data in this time range' : ''
}

/** @param {string} colour */
function swatch(colour) {
  const mark = element('span', { class: 'swatch' })
  mark.style.background = colour
  return mark
}

/**
 * @param {string} key
 * @param {number | null} at
 * @param {number} count
 */
function steps(key, at, count) {
  if (count === 0) return undefined
  const last = count - 1
  if (key === 'ArrowLeft') return Math.max(0, (at ?? count) - 1)
  if (key === 'ArrowRight') return Math.min(last, (at ?? -1) + 1)
  if (key === 'Home') return 0
  return key === 'End' ? last : undefined
}
