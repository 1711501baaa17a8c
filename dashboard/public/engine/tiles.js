// The few numbers that tell at a glance how the job is.
import { element, setText } from '../dom.js'
import { formatAgo, formatSpan } from '../format.js'
import { formatLength } from '../lengths.js'
import { bytesText, counted, countText, lagOf, rateText, sumOf } from './words.js'

/** @typedef {import('./words.js').Known} Known */
/** @typedef {{ label: string, of: (state: Known) => [number: string, more: string] }} Tile */

/** Event time that is so far back is replayed: its distance from now says nothing. */
const REPLAY_MS = 86_400_000

/** @type {Tile[]} */
const TILES = [
  {
    label: 'Throughput',
    of: ({ sample, status }) => [
      rateText(sample?.rate),
      `${counted(
        sumOf(status, (one) => one.read),
        'record',
      )} in all`,
    ],
  },
  {
    label: 'Lag',
    of: ({ sample, status }) => {
      const lag = sumOf(status, lagOf)
      const rate = sample?.rate ?? 0
      const about = rate > 0 ? `about ${formatLength((lag / rate) * 1000)} of reading` : 'unread'
      return [countText(lag), lag === 0 ? 'everything is read' : `records, ${about}`]
    },
  },
  {
    label: 'Watermark',
    of: ({ status: { watermarkEpochMs, disorderMs }, nowMs }) => {
      if (watermarkEpochMs == null) return ['–', 'no event yet']
      const behindMs = nowMs - watermarkEpochMs
      const allowed =
        disorderMs === undefined ? '' : `, ${formatSpan(disorderMs)} of it allowed disorder`
      if (behindMs > REPLAY_MS) return [formatAgo(behindMs), 'in event time: old events are read']
      return [formatLength(Math.max(0, behindMs)), `behind the clock${allowed}`]
    },
  },
  {
    label: 'Late',
    of: ({ status }) => {
      const corrected = sumOf(status, (one) => one.corrected ?? 0)
      return [
        countText(sumOf(status, ({ late }) => late)),
        corrected === 0
          ? 'after their window closed'
          : `${countText(corrected)} more corrected theirs`,
      ]
    },
  },
  {
    label: 'Dead letters',
    of: ({ status }) => {
      const [rejected, read] = [sumOf(status, (p) => p.rejected), sumOf(status, (p) => p.read)]
      const share = read === 0 ? 0 : rejected / read
      return [countText(rejected), `${(share * 100).toFixed(2)}% of what was read`]
    },
  },
  {
    label: 'Checkpoint',
    of: ({ status: { checkpoint } }) => {
      if (checkpoint === undefined || checkpoint.number === 0) return ['–', 'none yet']
      const { ageMs, bytes, number } = checkpoint
      const size = bytes === undefined ? '' : `, ${bytesText(bytes)}`
      return [formatAgo(ageMs), `number ${countText(number)}${size}`]
    },
  },
]

export function createTiles() {
  const tiles = TILES.map(({ label, of }) => {
    const number = element('p', { class: 'tile-number' })
    const more = element('p', { class: 'tile-more' })
    const root = element(
      'article',
      {},
      element('h2', { class: 'total-label' }, label),
      number,
      more,
    )
    root.className = 'tile'
    return { root, number, more, of }
  })
  const root = element('section', { class: 'tiles span-6', 'aria-label': 'At a glance' })
  root.append(...tiles.map((tile) => tile.root))
  return {
    roots: [root],
    /** @param {Known} state */
    update(state) {
      for (const { number, more, of } of tiles) {
        const [text, about] = of(state)
        setText(number, text)
        setText(more, about)
      }
    },
  }
}
