// Throughput and lag over the last 15 minutes: what the server remembers, and what has come since.
import { frame } from './frame.js'
import { createTrend } from './trend.js'
import { counted, rateText } from './words.js'

/** @typedef {import('../../engine/api.ts').Sample} Sample */

const HISTORY_MS = 900_000

export function createTrends() {
  /** @type {Sample[]} */
  let samples = []
  const rate = createTrend('Throughput', rateText)
  const lag = createTrend('Lag', (value) => counted(value, 'record'))
  return {
    roots: [
      frame('Throughput', 'Records read per second.', 3, rate.root),
      frame('Lag', 'Records in the log that are not read yet.', 3, lag.root),
    ],
    /** @param {Sample[]} history */
    begin(history) {
      samples = history
    },
    /** @param {import('./words.js').Known} state */
    update({ sample, nowMs }) {
      const newestMs = samples.at(-1)?.timeMs ?? 0
      if (sample !== null && sample.timeMs > newestMs) samples.push(sample)
      samples = samples.filter(({ timeMs }) => timeMs > nowMs - HISTORY_MS)
      const spots = (/** @type {'rate' | 'lag'} */ of) =>
        samples.map((one) => ({ timeMs: one.timeMs, value: one[of] }))
      rate.update(spots('rate'), nowMs)
      lag.update(spots('lag'), nowMs)
    },
  }
}
