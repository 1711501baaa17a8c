// Series: values over time, as bars upon each other where they add up and as lines where they do not, with a legend.
import { createChart } from '../chart.js'
import { element } from '../dom.js'
import { formatValue } from '../format.js'
import { createLegend } from '../legend.js'
import { labelOf, splitLabelOf, valueNamed } from '../names.js'
import { coloursOf } from '../palette.js'
import { readByKeys } from '../reading.js'
import { inOrder, keyOf } from '../stack.js'
import { createTooltip } from '../tooltip.js'

/** @typedef {import('../../api.ts').SeriesPanel} SeriesPanel */
/** @typedef {import('../../api.ts').Series} Series */
/** @typedef {import('../../api.ts').View} View */
/** @typedef {{ series: Series[], colours: string[], panel: SeriesPanel, view: View }} Drawn */

/**
 * @param {import('../../api.ts').PanelInfo} info
 * @param {import('../panel.js').PanelContext} context
 */
export function createSeries(info, { times, theme, onZoom, say }) {
  const { unit, kind } = info.value
  const tooltip = createTooltip()
  const legend = createLegend(unit, { onToggle: toggle, onFocus: (place) => chart.focus(place) })
  const plot = element('div', {
    class: 'panel-plot series-plot',
    tabindex: '0',
    role: 'group',
    'aria-label': `${info.title}, chart. Left and right arrow keys read the values.`,
  })
  const chart = createChart(plot, { unit, times, onZoom, onCursor: showValues })
  /** Remembered colours, by name. @type {Map<string, number>} */
  const places = new Map()
  /** @type {Set<string>} */
  const hidden = new Set()
  /** @type {Drawn | undefined} */
  let drawn
  let hovered = false
  /** Bucket under the cursor. @type {number | null} */
  let pointed = null

  /** Only parts of a whole stand upon each other. @param {SeriesPanel} panel */
  const isStacked = (panel) => kind === 'sum' && panel.lines !== 'values'

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
    const rows = series.flatMap((one, place) => {
      if (hidden.has(keyOf(one))) return []
      const before = one.before?.values[at]
      return [{ label: nameOf(one), value: values[place], before, colour: colours[place] }]
    })
    tooltip.show(
      { when: title, rows, unit, stacked: isStacked(panel) },
      chart.cursorLeft(),
      plot.clientWidth,
    )
  }

  /** @param {Drawn} what @param {number} index */
  function bucketTitle({ panel, view }, index) {
    const text = times.bucket(panel.edges[index], panel.edges[index + 1], view.nowMs)
    if (index >= panel.openFrom) return `${text} (open)`
    return index >= panel.completeCount ? `${text} (so far)` : text
  }

  /** @param {View} view */
  const rangeTitle = (view) => {
    const what = kind === 'sum' ? 'Total' : 'Overall'
    const soFar = drawn?.panel.soFar ? ' so far' : ''
    return `${what}${soFar}, ${times.stretch(view.fromMs, view.toMs, view.nowMs)}`
  }

  /** @param {Series} one */
  const nameOf = (one) => labelOf(info, drawn?.panel ?? { split: info.split }, one)

  function draw() {
    if (drawn === undefined) return
    const { series, colours, panel, view } = drawn
    legend.mark(colours, hidden)
    chart.update({
      edges: panel.edges,
      completeCount: panel.completeCount,
      openFrom: panel.openFrom,
      stacked: isStacked(panel),
      layers: series.map((one) => one.values),
      before: series.flatMap((one) => (one.before === undefined ? [] : [one.before.values])),
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

  /** @param {number} index */
  function tell(index) {
    if (drawn === undefined) return ''
    const values = drawn.series.map(
      (one) => `${nameOf(one)} ${formatValue(one.values[index], valueNamed(info, one.name).unit)}`,
    )
    return `${bucketTitle(drawn, index)}: ${values.join(', ')}`
  }

  plot.addEventListener('mouseenter', () => {
    hovered = true
  })
  plot.addEventListener('mouseleave', () => {
    hovered = false
    tooltip.hide()
  })
  const count = () => (drawn === undefined ? 0 : drawn.panel.edges.length - 1)
  readByKeys(plot, { count, point: chart.pointAt, tell, say })

  return {
    root: element(
      'div',
      { class: 'drawing' },
      element('div', { class: 'series-body' }, plot, tooltip.root),
      ...legend.roots,
    ),
    /** @param {SeriesPanel} panel @param {View} view */
    update(panel, view) {
      const before = drawn?.series.map(keyOf) ?? []
      const series = inOrder(before, panel.series)
      const same =
        drawn?.panel.split === panel.split &&
        series.length === before.length &&
        series.every((one, i) => keyOf(one) === before[i])
      drawn = { series, colours: coloursOf(places, series, theme()), panel, view }
      if (!same) {
        const entries = series.map((one) => ({ key: keyOf(one), label: nameOf(one) }))
        legend.build(splitLabelOf(info, panel), entries)
      }
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
