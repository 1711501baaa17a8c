// One chart: stacked bars for values that add up, lines for those that do not, bars beside each other where they are few. With chart-look.js all that knows uPlot.

import { axesFor, cssColour, forgetColours, markOpen, veil } from './chart-look.js'
import { drawBars, drawDense, isDense } from './chart-marks.js'
import { closeGaps, lonely, stack, sums } from './stack.js'
import uPlot from './vendor/uplot.js'

/**
 * @typedef {object} ChartData
 * @property {readonly number[]} edges starts of the buckets and the end of the last
 * @property {number} completeCount
 * @property {number} openFrom
 * @property {boolean} stacked bars upon each other; otherwise lines
 * @property {readonly (readonly (number | null)[])[]} layers values per series
 * @property {readonly (readonly (number | null)[])[]} before the same a period earlier; empty: not compared
 * @property {boolean[]} shown
 * @property {string[]} colours
 * @property {number} fromMs
 * @property {number} toMs
 */

/**
 * @typedef {object} ChartOptions
 * @property {string} unit
 * @property {ReturnType<typeof import('./times.js').timesIn>} times
 * @property {(index: number | null) => void} onCursor bucket under the cursor, of any chart
 * @property {(fromMs: number, toMs: number) => void} onZoom
 */

const SYNC = 'windrow'
/** Gaps of a line up to this many buckets are drawn through. */
const CLOSED_GAP = 3
const MIN_ZOOM_PX = 8
/** Windows about as long as the range: up to so many are shown whole, as bars with their names below. */
const FEW = 4
const COLUMN_PX = 88
const LINE_PX = 2
const linear = /** @type {uPlot.Series.PathBuilder} */ (uPlot.paths.linear?.())

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
  /** @param {number} seriesIdx @param {number} index */
  const lowerOf = (seriesIdx, index) => (data?.stacked ? (lower[seriesIdx - 1]?.[index] ?? 0) : 0)

  /** Half the width of what is drawn for a bucket, in seconds. @param {number} index */
  function halfOf(index) {
    const { [index]: from = 0, [index + 1]: to = from } = data?.edges ?? []
    const half = (to - from) / 2000
    if (data === undefined || plot === undefined || !isFew(data)) return half
    const [fromMs, toMs] = sightOf(data)
    const widthPx = plot.bbox.width / uPlot.pxRatio
    const mostPx = COLUMN_PX * (data.stacked ? 1 : shownIn(data).length)
    return Math.min(half * 0.9, ((mostPx / 2 / widthPx) * (toMs - fromMs)) / 1000)
  }

  /** Where a layer's bar stands: all upon one another, or beside each other. @param {number} seriesIdx @param {number} index */
  function boxOf(seriesIdx, index) {
    const half = halfOf(index)
    const middle = plot?.data[0][index] ?? 0
    if (data === undefined || data.stacked) return [middle - half, middle + half]
    const layers = shownIn(data)
    const width = (2 * half) / layers.length
    const left = middle - half + layers.indexOf(seriesIdx - 1) * width
    return [left, left + width]
  }

  /** Points stand in the middle of their bucket. First the layers, then the period before. @param {ChartData} now */
  function aligned(now) {
    const middles = (now.layers[0] ?? []).map(
      (_, index) => (now.edges[index] + now.edges[index + 1]) / 2000,
    )
    /** @param {ChartData['layers']} layers */
    const lines = (layers) =>
      layers.map((values, layer) =>
        now.shown[layer] ? closeGaps(values, CLOSED_GAP) : values.map(() => null),
      )
    if (!now.stacked)
      return /** @type {uPlot.AlignedData} */ ([
        middles,
        ...lines(now.layers),
        ...lines(now.before),
      ])
    const stacked = stack(now.layers, now.shown)
    lower = stacked.lower
    const before = now.before.length === 0 ? [] : [sums(now.before, now.shown)]
    return /** @type {uPlot.AlignedData} */ ([middles, ...stacked.upper, ...before])
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
    const half = data !== undefined && hasBars(data) ? halfOf(index) : 0
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

  /** @param {ChartData} now @returns {uPlot.Options} */
  const plotOptions = (now) => ({
    ...sizeOf(target),
    padding: [8, 8, 0, 0],
    legend: { show: false },
    focus: { alpha: 0.25 },
    cursor: {
      y: false,
      x: false,
      points: hasBars(now) ? { show: false } : { size: 7 },
      drag: { x: true, y: false, setScale: false },
      sync: { key: SYNC, setSeries: false, scales: ['x', null] },
    },
    scales: {
      x: { time: true, range: () => secondsOf(sightOf(data ?? now)) },
      y: {
        range: (_, low, high) => [
          Math.min(0, low ?? 0) * 1.08,
          high > 0 ? high * 1.08 : emptyTop(options.unit),
        ],
      },
    },
    axes: axesFor(options.unit, options.times, isFew(now) ? () => data ?? now : undefined),
    series: [{}, ...now.layers.map(layerLook), ...beforeOf(now).map(beforeLook)],
    hooks: {
      init: [(u) => void u.over.append(band)],
      drawSeries: [drawMarks],
      draw: [(u) => veil(u, data), (u) => markOpen(u, data)],
      setCursor: [onCursor],
      setSelect: [onSelect],
    },
  })

  /** What uPlot's paths do not draw. @param {uPlot} u @param {number} seriesIdx */
  function drawMarks(u, seriesIdx) {
    const colour = data?.colours[seriesIdx - 1]
    if (data === undefined || colour === undefined || seriesIdx > data.layers.length) return
    if (hasBars(data)) drawBars(u, seriesIdx, colour, { boxOf, lowerOf })
    else if (isDense(u)) drawDense(u, seriesIdx, colour, LINE_PX)
  }

  /** @param {unknown} _ @param {number} index @returns {uPlot.Series} */
  function layerLook(_, index) {
    const colour = () => data?.colours[index] ?? '#888'
    if (data !== undefined && hasBars(data)) return { paths: () => null, points: { show: false } }
    return {
      stroke: colour,
      width: LINE_PX,
      paths: (u, ...what) => (isDense(u) ? null : linear(u, ...what)),
      points: {
        show: true,
        size: 5,
        fill: colour,
        filter: (u, seriesIdx) => lonely(/** @type {number[]} */ (u.data[seriesIdx])),
      },
    }
  }

  /** Pale and dashed: it is the past. @param {unknown} _ @param {number} index @returns {uPlot.Series} */
  const beforeLook = (_, index) => ({
    stroke: () => (data?.stacked ? cssColour('--text') : (data?.colours[index] ?? '#888')),
    alpha: 0.55,
    width: 1.5,
    dash: [4, 4],
    points: { show: false },
  })

  new ResizeObserver(() => {
    const { width, height } = sizeOf(target)
    if (plot === undefined || target.clientWidth === 0) return
    if (width !== plot.width || height !== plot.height) plot.setSize({ width, height })
  }).observe(target)

  return {
    /** @param {ChartData} now */
    update(now) {
      const same = data !== undefined && shapeOf(data) === shapeOf(now)
      data = now
      if (plot === undefined || !same) {
        plot?.destroy()
        plot = new uPlot(plotOptions(now), aligned(now), target)
      } else plot.setData(aligned(now), true)
    },
    /** Draws again in the present theme's colours. @param {string[]} colours */
    recolour(colours) {
      forgetColours()
      if (data === undefined) return
      data = { ...data, colours }
      plot?.redraw(false, true)
    },
    /** Dims all lines but this one; null: none. @param {number | null} index */
    focus(index) {
      if (plot === undefined || data?.stacked) return
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

/** In CSS pixels, of the room there is. @param {HTMLElement} target */
const sizeOf = ({ clientWidth, clientHeight }) => ({
  width: Math.max(200, clientWidth),
  height: Math.max(120, clientHeight),
})

/** @param {ChartData} data */
const isFew = ({ edges }) => edges.length - 1 <= FEW

/** @param {ChartData} data */
const hasBars = (data) => data.stacked || isFew(data)

/** Layers that are not hidden. @param {ChartData} data */
const shownIn = ({ shown }) => [...shown.keys()].filter((layer) => shown[layer])

/** What is seen of time: the range, or of few windows all, however far they reach beyond it. @param {ChartData} data */
const sightOf = (data) =>
  isFew(data)
    ? [data.edges[0] ?? data.fromMs, data.edges.at(-1) ?? data.toMs]
    : [data.fromMs, data.toMs]

/** @param {number[]} times @returns {[number, number]} */
const secondsOf = ([fromMs, toMs]) => [fromMs / 1000, toMs / 1000]

/** Lines of the period before: one per layer, or that of their sum. @param {ChartData} data */
const beforeOf = ({ before, stacked }) => (stacked ? before.slice(0, 1) : before)

/** Charts of one shape can take each other's data. @param {ChartData} data */
const shapeOf = (data) =>
  `${data.stacked} ${isFew(data)} ${data.layers.length} ${beforeOf(data).length}`

/** Top of an axis without values. @param {string} unit */
const emptyTop = (unit) => (unit === 'percentunit' ? 0.1 : 10)
