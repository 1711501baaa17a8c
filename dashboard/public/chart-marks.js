// Bars, and lines of more points than pixels, as rectangles of whole pixels: without a graphics card a path of thousands of
// corners takes the browser ten times as long. The work is that of the pixels, not of the points.
import uPlot from './vendor/uplot.js'

/** A line of fewer points per pixel is a path, which is smoother. */
const DENSE = 2

/**
 * Bars with crisp edges and a hair between them where there is room. Of several that fall upon one column of pixels the
 * highest is drawn.
 * @param {uPlot} u
 * @param {number} seriesIdx
 * @param {string} colour
 * @param {object} bars
 * @param {(seriesIdx: number, index: number) => number[]} bars.boxOf left and right side of a bar, in seconds
 * @param {(seriesIdx: number, index: number) => number} bars.lowerOf where it stands
 */
export function drawBars(u, seriesIdx, colour, { boxOf, lowerOf }) {
  const tops = u.data[seriesIdx]
  const { xOf, yOf } = pixelsOf(u)
  /** The bar to be drawn next. @type {{ left: number, width: number, top: number, bottom: number } | undefined} */
  let bar
  const draw = () => {
    if (bar === undefined) return
    const [y, base] = [Math.round(yOf(bar.top)), Math.round(yOf(bar.bottom))]
    // What is more than nothing can be seen.
    const height = base - y || (bar.bottom === 0 ? -1 : 0)
    u.ctx.fillRect(bar.left, y, bar.width, height)
  }
  inPlot(u, colour, () => {
    for (let index = 0; index < tops.length; index++) {
      const top = tops[index]
      const bottom = lowerOf(seriesIdx, index)
      if (top === null || top === undefined || top === bottom) continue
      const [from, to] = boxOf(seriesIdx, index)
      const left = Math.round(xOf(from))
      const room = Math.round(xOf(to)) - left
      const gap = room > 3 * uPlot.pxRatio ? Math.ceil(uPlot.pxRatio * 0.75) : 0
      const width = Math.max(1, room - gap)
      if (bar?.left === left && bar.width === width)
        bar = { left, width, top: Math.max(bar.top, top), bottom: Math.max(bar.bottom, bottom) }
      else {
        draw()
        bar = { left, width, top, bottom }
      }
    }
    draw()
  })
}

/** Whether a line has so many points that they hide one another. @param {uPlot} u */
export const isDense = (u) => u.data[0].length > DENSE * u.bbox.width

/**
 * In each column of pixels from the least value to the largest, joined with the column before.
 * @param {uPlot} u
 * @param {number} seriesIdx null: a gap; undefined: drawn through
 * @param {string} colour
 * @param {number} width of the line, in CSS pixels
 */
export function drawDense(u, seriesIdx, colour, width) {
  const values = u.data[seriesIdx]
  const thick = Math.round(width * uPlot.pxRatio)
  const { xOf, yOf } = pixelsOf(u)
  /** @type {{ x: number, low: number, high: number, last: number } | undefined} */
  let column
  const draw = () => {
    if (column === undefined) return
    const bottom = yOf(column.low)
    const y = Math.round(yOf(column.high) - thick / 2)
    const left = column.x - Math.floor(thick / 2)
    u.ctx.fillRect(left, y, thick, Math.max(thick, Math.round(bottom + thick / 2) - y))
  }
  inPlot(u, colour, () => {
    for (let index = 0; index < values.length; index++) {
      const value = values[index]
      if (value === undefined) continue
      if (value === null) {
        draw()
        column = undefined
        continue
      }
      const x = Math.round(xOf(u.data[0][index]))
      if (column?.x === x) {
        column.low = Math.min(column.low, value)
        column.high = Math.max(column.high, value)
        column.last = value
        continue
      }
      draw()
      const joined = column?.last ?? value
      column = { x, low: Math.min(value, joined), high: Math.max(value, joined), last: value }
    }
    draw()
  })
}

/** As `valToPos`, for thousands of values: both scales are linear. @param {uPlot} u */
function pixelsOf({ bbox, scales: { x, y } }) {
  const [first, lowest] = [x.min ?? 0, y.min ?? 0]
  const perSec = bbox.width / ((x.max ?? 1) - first)
  const perUnit = bbox.height / ((y.max ?? 1) - lowest)
  const base = bbox.top + bbox.height
  return {
    /** @param {number} sec */
    xOf: (sec) => bbox.left + (sec - first) * perSec,
    /** @param {number} value */
    yOf: (value) => base - (value - lowest) * perUnit,
  }
}

/** Draws in this colour, and nowhere but where values are. @param {uPlot} u @param {string} colour @param {() => void} draw */
function inPlot({ ctx, bbox }, colour, draw) {
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.fillStyle = colour
  draw()
  ctx.restore()
}
