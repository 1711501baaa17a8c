// How charts look: axes in the theme's colours, bars, the veil over what is still being filled.

import { formatAxis } from './format.js'
import { lengthSteps } from './lengths.js'
import uPlot from './vendor/uplot.js'

/** @typedef {import('./chart.js').ChartData} ChartData */

const FONT = '12px Inter, ui-sans-serif, system-ui, sans-serif'

/**
 * @param {string} unit
 * @param {ReturnType<typeof import('./times.js').timesIn>} times
 * @param {(() => ChartData) | undefined} few whose buckets get their names; absent: the axis has ticks of time
 * @returns {uPlot.Axis[]}
 */
export function axesFor(unit, times, few) {
  const steps = lengthSteps(unit)
  const common = { stroke: () => cssColour('--muted'), font: FONT, ticks: { show: false } }
  return [
    {
      ...common,
      grid: { show: false },
      gap: 8,
      size: 30,
      space: 76,
      ...(few === undefined
        ? { values: (u, splits, _, __, stepSec) => timeLabels(u, splits, stepSec, times) }
        : { splits: (u) => [...u.data[0]], values: () => bucketNames(few(), times) }),
    },
    {
      ...common,
      grid: { stroke: () => cssColour('--grid'), width: 1 },
      gap: 6,
      size: (_, labels) => axisWidth(labels),
      space: 44,
      ...(steps === undefined ? {} : { incrs: steps }),
      values: (_, splits) => formatAxis(splits, unit),
    },
  ]
}

/** @param {ChartData} data @param {ReturnType<typeof import('./times.js').timesIn>} times */
const bucketNames = ({ edges, toMs }, times) =>
  edges.slice(1).map((endMs, index) => times.bucket(edges[index], endMs, toMs))

/**
 * A label that would be cut by the right edge is left out.
 * @param {uPlot} u
 * @param {number[]} splits
 * @param {number} stepSec
 * @param {ReturnType<typeof import('./times.js').timesIn>} times
 */
function timeLabels(u, splits, stepSec, times) {
  const ticksMs = splits.map((sec) => sec * 1000)
  const edge = u.bbox.width / uPlot.pxRatio + 8
  return times
    .axis(ticksMs, stepSec * 1000)
    .map((label, index) =>
      u.valToPos(splits[index], 'x') + label.length * 3.6 > edge ? '' : label,
    )
}

/**
 * Room for the longest label, in CSS pixels; never less, so that the plot does not shift at each new digit.
 * @param {string[] | null} labels
 */
const axisWidth = (labels) =>
  Math.max(44, ...(labels ?? []).map((label) => label.length * 7.2 + 14))

/**
 * Veils buckets that are still being filled: they will grow.
 * @param {uPlot} u
 * @param {ChartData | undefined} data
 */
export function veil(u, data) {
  if (data === undefined) return
  const first = Math.min(data.completeCount, data.openFrom)
  if (first >= (u.data[0]?.length ?? 0)) return
  const left = leftOf(u, data, first)
  const right = u.bbox.left + u.bbox.width
  if (left >= right) return
  u.ctx.save()
  u.ctx.globalAlpha = 0.55
  u.ctx.fillStyle = cssColour('--card')
  u.ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height)
  u.ctx.restore()
}

/** For the word before the line. */
const ROOM_PX = 44

/** Left edge of a bucket, in pixels of the canvas. @param {uPlot} u @param {ChartData} data @param {number} index */
const leftOf = (u, data, index) => Math.round(u.valToPos(data.edges[index] / 1000, 'x', true))

/**
 * A dashed line where windows begin that are still open, and the word.
 * @param {uPlot} u
 * @param {ChartData | undefined} data
 */
export function markOpen(u, data) {
  if (data === undefined || data.openFrom >= (u.data[0]?.length ?? 0)) return
  const left = leftOf(u, data, data.openFrom)
  const { ctx, bbox } = u
  ctx.save()
  ctx.strokeStyle = cssColour('--muted')
  ctx.fillStyle = cssColour('--muted')
  ctx.lineWidth = uPlot.pxRatio
  ctx.setLineDash([4 * uPlot.pxRatio, 4 * uPlot.pxRatio])
  ctx.beginPath()
  ctx.moveTo(left, bbox.top)
  ctx.lineTo(left, bbox.top + bbox.height)
  ctx.stroke()
  ctx.font = `${11 * uPlot.pxRatio}px Inter, ui-sans-serif, system-ui, sans-serif`
  ctx.textBaseline = 'top'
  const hasRoom = left - bbox.left > ROOM_PX * uPlot.pxRatio
  ctx.textAlign = hasRoom ? 'right' : 'left'
  const gap = (hasRoom ? -4 : 4) * uPlot.pxRatio
  ctx.fillText(hasRoom ? 'open →' : 'open', left + gap, bbox.top)
  ctx.restore()
}

const probe = document.createElement('span')
probe.hidden = true
/** Asking for one takes the browser a while. @type {Map<string, string>} */
const colours = new Map()

/** To be called when the theme changes. */
export const forgetColours = () => colours.clear()

/**
 * A colour variable as the canvas understands it: resolved for the present theme.
 * @param {string} name
 */
export function cssColour(name) {
  const known = colours.get(name)
  if (known !== undefined) return known
  if (!probe.isConnected) document.body.append(probe)
  probe.style.color = `var(${name})`
  const { color } = getComputedStyle(probe)
  colours.set(name, color)
  return color
}
