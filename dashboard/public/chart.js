// One chart: stacked bars for values that add up, lines for those that do not. Wraps uPlot; nothing else knows it.
import uPlot from '/vendor/uplot.js'
import { formatAxis } from './format.js'
import { closeGaps, lonely, stack } from './stack.js'

/**
 * @typedef {object} ChartData
 * @property {number} startMs
 * @property {number} bucketMs
 * @property {number} completeCount
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

const FONT = '12px Inter, ui-sans-serif, system-ui, sans-serif'
const SYNC = 'windrow'
/** Gaps of a line up to this many buckets are drawn through. */
const CLOSED_GAP = 3

/**
 * @param {HTMLElement} target
 * @param {ChartOptions} options
 */
export function createChart(target, options) {
  /** @type {ChartData | undefined} */
  let data
  /** @type {uPlot | undefined} */
  let plot
  /** @type {number[][]} */
  let lower = []
  const band = document.createElement('div')
  band.className = 'chart-band'

  /** @param {ChartData} now */
  function aligned(now) {
    const count = now.layers[0]?.length ?? 0
    const middles = Array.from(
      { length: count },
      (_, index) => (now.startMs + (index + 0.5) * now.bucketMs) / 1000,
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

  /** @type {uPlot.Series.PathBuilder} */
  const bars = (u, seriesIdx, first, last) => {
    const path = new Path2D()
    const half = (data?.bucketMs ?? 0) / 2000
    for (let index = first; index <= last; index++) {
      const top = u.data[seriesIdx][index]
      const bottom = lower[seriesIdx - 1]?.[index] ?? 0
      if (top === null || top === undefined || top === bottom) continue
      const left = Math.round(u.valToPos(u.data[0][index] - half, 'x', true))
      const right = Math.round(u.valToPos(u.data[0][index] + half, 'x', true))
      const gap = right - left > 3 * uPlot.pxRatio ? Math.ceil(uPlot.pxRatio * 0.75) : 0
      const upperY = u.valToPos(top, 'y', true)
      path.rect(
        left,
        upperY,
        Math.max(1, right - left - gap),
        u.valToPos(bottom, 'y', true) - upperY,
      )
    }
    return { fill: path, flags: 0 }
  }

  /** @param {number} index @returns {uPlot.Series} */
  const seriesOptions = (index) => {
    const colour = () => data?.colours[index] ?? '#888'
    if (options.stacked)
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

  /** Buckets still being filled are veiled: they will grow. @param {uPlot} u */
  function veil(u) {
    if (data === undefined || data.completeCount >= (u.data[0]?.length ?? 0)) return
    const fromSec = (data.startMs + data.completeCount * data.bucketMs) / 1000
    const left = Math.round(u.valToPos(fromSec, 'x', true))
    const { top, width, height, left: plotLeft } = u.bbox
    if (left >= plotLeft + width) return
    u.ctx.save()
    u.ctx.globalAlpha = 0.55
    u.ctx.fillStyle = cssVariable('--card')
    u.ctx.fillRect(left, top, plotLeft + width - left, height)
    u.ctx.restore()
  }

  /** @param {uPlot} u */
  function onCursor(u) {
    const index = u.cursor.idx ?? null
    const inside = index !== null && (u.cursor.left ?? -1) >= 0 && data !== undefined
    band.hidden = !inside
    if (inside) {
      const half = (data?.bucketMs ?? 0) / 2000
      const left = u.valToPos(u.data[0][index] - half, 'x')
      const width = u.valToPos(u.data[0][index] + half, 'x') - left
      const line = !options.stacked
      band.style.width = `${line ? 1 : Math.max(1, width)}px`
      band.style.transform = `translateX(${line ? left + width / 2 : left}px)`
    }
    options.onCursor(inside ? index : null)
  }

  /** @param {uPlot} u */
  function onSelect(u) {
    const { left, width } = u.select
    if (width < 8) return
    const fromMs = Math.floor(u.posToVal(left, 'x') * 1000)
    const toMs = Math.ceil(u.posToVal(left + width, 'x') * 1000)
    u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
    options.onZoom(fromMs, toMs)
  }

  /**
   * A label that would be cut by the right edge is left out.
   * @param {uPlot} u
   * @param {number[]} splits
   * @param {number} stepSec
   */
  function timeLabels(u, splits, stepSec) {
    const labels = options.times.axis(
      splits.map((sec) => sec * 1000),
      stepSec * 1000,
    )
    const edge = u.bbox.width / uPlot.pxRatio + 8
    return labels.map((label, index) =>
      u.valToPos(splits[index], 'x') + label.length * 3.6 > edge ? '' : label,
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
      x: {
        time: true,
        range: () => [(data?.fromMs ?? 0) / 1000, (data?.toMs ?? 1000) / 1000],
      },
      y: {
        range: (_, __, max) => [
          0,
          max > 0 ? max * 1.08 : options.unit === 'percentunit' ? 0.1 : 10,
        ],
      },
    },
    axes: [
      {
        stroke: () => cssVariable('--muted'),
        font: FONT,
        grid: { show: false },
        ticks: { show: false },
        gap: 8,
        size: 30,
        space: 76,
        values: (u, splits, _, __, stepSec) => timeLabels(u, splits, stepSec),
      },
      {
        stroke: () => cssVariable('--muted'),
        font: FONT,
        grid: { stroke: () => cssVariable('--grid'), width: 1 },
        ticks: { show: false },
        gap: 6,
        size: (_, labels) => axisWidth(labels),
        space: 44,
        values: (_, splits) => formatAxis(splits, options.unit),
      },
    ],
    series: [{}, ...(data?.layers ?? []).map((_, index) => seriesOptions(index))],
    hooks: {
      init: [(u) => void u.over.append(band)],
      draw: [veil],
      setCursor: [onCursor],
      setSelect: [onSelect],
    },
  })

  const resizing = new ResizeObserver(() => {
    if (plot !== undefined && target.clientWidth > 0 && target.clientWidth !== plot.width)
      plot.setSize({ width: target.clientWidth, height: options.height })
  })
  resizing.observe(target)

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
    /** Dims all series but this one; null: none. @param {number | null} index */
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
      (plot?.cursor.left ?? 0) + (plot === undefined ? 0 : plot.bbox.left / uPlot.pxRatio),
  }
}

/**
 * Room for the longest label, in CSS pixels; never less, so that the plot does not shift at each new digit.
 * @param {string[] | null} labels
 */
const axisWidth = (labels) =>
  Math.max(44, ...(labels ?? []).map((label) => label.length * 7.2 + 14))

const probe = document.createElement('span')
probe.hidden = true

/**
 * A colour variable as the canvas understands it: resolved for the present theme.
 * @param {string} name
 */
function cssVariable(name) {
  if (!probe.isConnected) document.body.append(probe)
  probe.style.color = `var(${name})`
  return getComputedStyle(probe).color
}
