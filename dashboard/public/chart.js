// One chart: stacked bars for values that add up, lines for those that do not. With chart-look.js all that knows uPlot.
import uPlot from '/vendor/uplot.js'
import { axesFor, barsFrom, markOpen, veil } from './chart-look.js'
import { closeGaps, lonely, stack } from './stack.js'

/**
 * @typedef {object} ChartData
 * @property {readonly number[]} edges starts of the buckets and the end of the last
 * @property {number} completeCount
 * @property {number} openFrom
 * @property {(number | null)[][]} layers values per series
 * @property {boolean[]} shown
 * @property {string[]} colours
 * @property {number} fromMs
 * @property {number} toMs
 */

/**
 * @typedef {object} ChartOptions
 * @property {boolean} stacked
 * @property {string} unit
 * @property {number} height
 * @property {ReturnType<typeof import('./times.js').timesIn>} times
 * @property {(index: number | null) => void} onCursor bucket under the cursor, of any chart
 * @property {(fromMs: number, toMs: number) => void} onZoom
 */

const SYNC = 'windrow'
/** Gaps of a line up to this many buckets are drawn through. */
const CLOSED_GAP = 3
const MIN_ZOOM_PX = 8

/**
 * @param {HTMLElement} target
 * @param {ChartOptions} options
 */
export function createChart(target, options) {
  /** @type {ChartData | undefined} */
  let data
  /** @type {uPlot | undefined} */
  let plot
  /** Lower edges of the layers. @type {number[][]} */
  let lower = []
  const band = document.createElement('div')
  band.className = 'chart-band'
  const bars = barsFrom(
    (index) => halfOf(index),
    (seriesIdx, index) => lower[seriesIdx - 1]?.[index] ?? 0,
  )

  /** Half the width of a bucket, in seconds. @param {number} index */
  function halfOf(index) {
    const { [index]: from = 0, [index + 1]: to = from } = data?.edges ?? []
    return (to - from) / 2000
  }

  /** Points stand in the middle of their bucket. @param {ChartData} now */
  function aligned(now) {
    const middles = (now.layers[0] ?? []).map(
      (_, index) => (now.edges[index] + now.edges[index + 1]) / 2000,
    )
    if (!options.stacked) {
      const lines = now.layers.map((values, layer) =>
        now.shown[layer] ? closeGaps(values, CLOSED_GAP) : values.map(() => null),
      )
      return /** @type {uPlot.AlignedData} */ ([middles, ...lines])
    }
    const stacked = stack(now.layers, now.shown)
    lower = stacked.lower
    return /** @type {uPlot.AlignedData} */ ([middles, ...stacked.upper])
  }

  /** @param {uPlot} u */
  function onCursor(u) {
    const index = u.cursor.idx ?? null
    const inside = index !== null && (u.cursor.left ?? -1) >= 0 && data !== undefined
    band.hidden = !inside
    if (inside) placeBand(u, index)
    options.onCursor(inside ? index : null)
  }

  /** As wide as the bar, or a hair line. @param {uPlot} u @param {number} index */
  function placeBand(u, index) {
    const half = options.stacked ? halfOf(index) : 0
    const left = u.valToPos(u.data[0][index] - half, 'x')
    const width = u.valToPos(u.data[0][index] + half, 'x') - left
    band.style.width = `${Math.max(1, width)}px`
    band.style.transform = `translateX(${left}px)`
  }

  /** @param {uPlot} u */
  function onSelect(u) {
    const { left, width } = u.select
    if (width < MIN_ZOOM_PX) return
    u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
    options.onZoom(
      Math.floor(u.posToVal(left, 'x') * 1000),
      Math.ceil(u.posToVal(left + width, 'x') * 1000),
    )
  }

  /** @returns {uPlot.Options} */
  const plotOptions = () => ({
    width: Math.max(200, target.clientWidth),
    height: options.height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    focus: { alpha: 0.25 },
    cursor: {
      y: false,
      x: false,
      points: options.stacked ? { show: false } : { size: 7 },
      drag: { x: true, y: false, setScale: false },
      sync: { key: SYNC, setSeries: false, scales: ['x', null] },
    },
    scales: {
      x: { time: true, range: () => [(data?.fromMs ?? 0) / 1000, (data?.toMs ?? 1000) / 1000] },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : emptyTop(options.unit)] },
    },
    axes: axesFor(options.unit, options.times),
    series: [
      {},
      ...(data?.layers ?? []).map((_, index) =>
        seriesLook(options.stacked ? bars : undefined, () => data?.colours[index] ?? '#888'),
      ),
    ],
    hooks: {
      init: [(u) => void u.over.append(band)],
      draw: [(u) => veil(u, data), (u) => markOpen(u, data)],
      setCursor: [onCursor],
      setSelect: [onSelect],
    },
  })

  new ResizeObserver(() => {
    if (plot !== undefined && target.clientWidth > 0 && target.clientWidth !== plot.width)
      plot.setSize({ width: target.clientWidth, height: options.height })
  }).observe(target)

  return {
    /** @param {ChartData} now */
    update(now) {
      const same = data !== undefined && data.layers.length === now.layers.length
      data = now
      if (plot === undefined || !same) {
        plot?.destroy()
        plot = new uPlot(plotOptions(), aligned(now), target)
      } else plot.setData(aligned(now), true)
    },
    /** Draws again in the present theme's colours. @param {string[]} colours */
    recolour(colours) {
      if (data === undefined) return
      data = { ...data, colours }
      plot?.redraw(false, true)
    },
    /** Dims all lines but this one; null: none. @param {number | null} index */
    focus(index) {
      if (plot === undefined || options.stacked) return
      plot.setSeries(index === null ? null : index + 1, { focus: index !== null })
    },
    /** Moves the cursor to a bucket, as the mouse would. @param {number | null} index */
    pointAt(index) {
      if (plot === undefined) return
      if (index === null) plot.setCursor({ left: -10, top: -10 })
      else plot.setCursor({ left: plot.valToPos(plot.data[0][index], 'x'), top: 10 })
    },
    /** Where the cursor is, in CSS pixels of the target. */
    cursorLeft: () =>
      plot === undefined ? 0 : (plot.cursor.left ?? 0) + plot.bbox.left / uPlot.pxRatio,
  }
}

/** Top of an axis without values. @param {string} unit */
const emptyTop = (unit) => (unit === 'percentunit' ? 0.1 : 10)

/**
 * @param {uPlot.Series.PathBuilder | undefined} bars absent: a line
 * @param {() => string} colour
 * @returns {uPlot.Series}
 */
function seriesLook(bars, colour) {
  if (bars !== undefined)
    return { fill: colour, stroke: colour, width: 0, paths: bars, points: { show: false } }
  return {
    stroke: colour,
    width: 2,
    points: {
      show: true,
      size: 5,
      fill: colour,
      filter: (u, seriesIdx) => lonely(/** @type {number[]} */ (u.data[seriesIdx])),
    },
  }
}
