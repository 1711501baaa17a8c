// What else the job is made of: checkpoint, lookup table, workers, lease.
import { element, setText } from '../dom.js'
import { formatAgo, formatSpan } from '../format.js'
import { formatLength } from '../lengths.js'
import { createRows } from '../rows.js'
import { frame } from './frame.js'
import { bytesText, counted, countText, sumOf } from './words.js'

/** @typedef {import('../../engine/status.ts').JobStatus} JobStatus */

export function createParts() {
  const list = element('dl', { class: 'facts' })
  /** @type {(facts: readonly (readonly [string, string])[]) => void} */
  const show = createRows(list, () => {
    const name = element('dt')
    const text = element('dd')
    return {
      root: element('div', {}, name, text),
      update: ([what, is]) => {
        setText(name, what)
        setText(text, is)
      },
    }
  })
  return {
    roots: [frame('State', 'What the job keeps, and what it joins events with.', 6, list)],
    /** @param {import('./words.js').Known} state */
    update({ status }) {
      show([...checkpointFacts(status), ...tableFacts(status), ...instanceFacts(status)])
    },
  }
}

/** @param {JobStatus} status @returns {[string, string][]} */
function checkpointFacts({ checkpoint }) {
  if (checkpoint === undefined || checkpoint.number === 0) return [['Checkpoint', 'none yet']]
  const { number, ageMs, bytes = 0, pauseMs = 0, busyMs = 0 } = checkpoint
  const took = `stopped events for ${formatLength(pauseMs)}, ${formatLength(busyMs)} of writing beside them`
  return [
    ['Checkpoint', `number ${countText(number)}, saved ${formatAgo(ageMs)}`],
    ['The last one', `${bytesText(bytes)}; ${took}`],
  ]
}

/** @param {JobStatus} status @returns {[string, string][]} */
function tableFacts(status) {
  const { enrichment } = status
  if (enrichment === undefined) return []
  const { table, rows, staleMs, unmatched = 0 } = enrichment
  const events = sumOf(status, ({ counted: n, filtered, late }) => n + filtered + late)
  const share = events === 0 ? '' : `, ${((unmatched / events) * 100).toFixed(2)}% of events`
  const age = staleMs === undefined ? 'not loaded yet' : `up to date as of ${formatAgo(staleMs)}`
  return [
    [`Lookup table ${table}`, `${counted(rows, 'row')}, ${age}`],
    ['Events without a row there', `${countText(unmatched)}${share}; they count as unknown`],
  ]
}

/** @param {JobStatus} status @returns {[string, string][]} */
function instanceFacts({ lease, workers, idleAfterMs, disorderMs }) {
  /** @type {[string, string][]} */
  const facts = []
  if (lease?.state === 'held')
    facts.push(['Lease', `held; the job has changed hands ${counted(lease.epoch ?? 0, 'time')}`])
  else if (lease !== undefined) facts.push(['Lease', lease.holder ?? lease.state])
  if (disorderMs !== undefined && idleAfterMs !== undefined) {
    const idle = `a silent partition is waited for ${formatSpan(idleAfterMs)}`
    facts.push(['Time', `events may be ${formatSpan(disorderMs)} out of order; ${idle}`])
  }
  for (const { worker, partitions, records } of workers ?? [])
    facts.push([
      `Worker ${worker}`,
      `${counted(records, 'record')}, partitions ${partitions.join(', ')}`,
    ])
  if (workers === undefined) facts.push(['Workers', 'none: the job is one thread'])
  return facts
}
