// The words of the engine page: what a state means, for people. Pure but for the time zone.
import { formatAgo, formatSpan } from '../format.js'
import { formatLength } from '../lengths.js'

/** @typedef {import('../../engine/api.ts').EngineState} EngineState */
/** @typedef {import('../../engine/status.ts').JobStatus} JobStatus */
/** @typedef {JobStatus['partitions'][number]} Partition */
/** A state with a job that has answered. @typedef {EngineState & { status: JobStatus }} Known */
/** @typedef {{ title: string, text: string, commands: [command: string, does: string][], note: string }} Empty */

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const dated = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
const DAY_MS = 86_400_000

/** "14:20:10"; with its date when that is not near. @param {number} ms @param {number} nowMs */
export const timeText = (ms, nowMs) =>
  (Math.abs(nowMs - ms) < DAY_MS / 2 ? clock : dated).format(ms)

/** "14:20:10 – 14:20:20"; of days with both dates. @param {number} fromMs @param {number} toMs @param {number} nowMs */
export const windowText = (fromMs, toMs, nowMs) =>
  toMs - fromMs < DAY_MS / 2
    ? `${timeText(fromMs, nowMs)} – ${timeText(toMs, nowMs)}`
    : `${dated.format(fromMs)} – ${dated.format(toMs)}`

/** 1234567 → "1,234,567". @param {number} n */
export const countText = (n) => Math.round(n).toLocaleString('en-US')

/** "1 record", "2,000 records". @param {number} n @param {string} one */
export const counted = (n, one) => `${countText(n)} ${one}${Math.round(n) === 1 ? '' : 's'}`

/** Records per second: "1,204/s". @param {number | null | undefined} rate */
export const rateText = (rate) =>
  rate == null ? '–' : `${rate > 0 && rate < 10 ? rate.toFixed(1) : countText(rate)}/s`

/** "4.2 MB". @param {number} bytes */
export function bytesText(bytes) {
  if (bytes < 1000) return counted(bytes, 'byte')
  const [size, unit] = bytes < 1e6 ? [1e3, 'kB'] : bytes < 1e9 ? [1e6, 'MB'] : [1e9, 'GB']
  return `${(bytes / size).toFixed(1)} ${unit}`
}

/** @param {Partition} partition */
export const lagOf = ({ position, end }) => Math.max(0, end - position)

/** A count over all partitions. @param {JobStatus} status @param {(partition: Partition) => number} of */
export const sumOf = (status, of) => status.partitions.reduce((sum, one) => sum + of(one), 0)

const PHASES = {
  starting: 'starting: its stores are being opened',
  standby: 'standing by',
  loading: 'loading the lookup table',
  restoring: 'restoring its checkpoint',
  running: 'running',
  stopping: 'stopping',
  failed: 'failed',
}

/** Under the title. @param {EngineState} state */
export function aboutText({ job, status, topic }) {
  if (status === null) return topic
  const parts = [status.pipeline, status.topic]
  if (job.state !== 'answers') return [...parts, 'as it was when it last answered'].join(' · ')
  const { phase, uptimeMs } = status
  const since = phase === 'running' ? ` for ${formatLength(uptimeMs)}` : ''
  return [...parts, `${PHASES[phase]}${since}`].join(' · ')
}

/** What the page says instead of numbers, or above them; undefined: there is no need. @param {EngineState} state */
export function emptyOf({ job, status, topic }) {
  /** @type {Empty | undefined} */
  let empty
  if (job.state !== 'unknown' && status === null) {
    empty = {
      title: job.state === 'away' ? 'No job answers' : 'The job’s state is not known',
      text: job.message,
      commands: [['windrow stream', 'starts the job; this page fills by itself']],
      note: 'Where a job on another port is: windrow dashboard --job http://127.0.0.1:4101',
    }
  } else if (status?.phase === 'running' && sumOf(status, ({ read }) => read) === 0) {
    empty = {
      title: 'No events yet',
      text: `The job runs, and ${topic} holds nothing it has read. Send events; the numbers below move at once, and the first window closes about 15 seconds after its first event.`,
      commands: [['windrow produce', 'sends the events of a simulated shop']],
      note: 'Your own: windrow produce --file events.csv',
    }
  }
  return empty
}

/**
 * What a partition does to the watermark.
 * @param {Partition} partition @param {JobStatus} status
 * @returns {{ text: string, holds: boolean }}
 */
export function standingOf(partition, status) {
  const { watermarkEpochMs, isIdle, quietMs = 0 } = partition
  const none = watermarkEpochMs === null
  if (isIdle) {
    const since = none ? 'no event yet' : `quiet for ${formatSpan(quietMs)}`
    return { text: `idle: ${since}, not waited for`, holds: false }
  }
  const isHolder = partition.partition === status.watermarkHolder
  if (none) return { text: 'has no event yet: all windows wait for it', holds: isHolder }
  const lead = newestOf(status)
  const behindMs = lead === undefined ? 0 : (lead.watermarkEpochMs ?? 0) - watermarkEpochMs
  const unread = lagOf(partition) > 0 ? 'has records to read' : idlesIn(quietMs, status)
  if (isHolder && behindMs >= NOTABLE_MS) {
    const older = `its newest event is ${formatLength(behindMs)} older than that of partition ${lead?.partition}`
    return { text: `holds the watermark: ${older}; ${unread}`, holds: true }
  }
  const text = lagOf(partition) > 0 ? 'has records to read' : 'up to date'
  const sets = isHolder ? ', the oldest: sets the watermark' : ''
  return { text: `${text}${sets}`, holds: false }
}

/** Partitions that are less apart hold nobody up. */
const NOTABLE_MS = 2_000

/** @param {number} quietMs @param {JobStatus} status */
function idlesIn(quietMs, { idleAfterMs }) {
  if (idleAfterMs === undefined || quietMs < 2_000) return 'read to its end'
  const leftMs = Math.max(0, idleAfterMs - quietMs)
  return `silent for ${formatSpan(quietMs)}, not waited for in ${formatSpan(leftMs)}`
}

/** @param {JobStatus} status */
const newestOf = ({ partitions }) =>
  partitions
    .filter(({ watermarkEpochMs }) => watermarkEpochMs !== null)
    .sort((a, b) => (b.watermarkEpochMs ?? 0) - (a.watermarkEpochMs ?? 0))
    .at(0)

/** The one that holds the watermark first, then those with most to read, then the oldest. @param {JobStatus} status */
export const worstFirst = (status) =>
  [...status.partitions].sort(
    (a, b) =>
      Number(standingOf(b, status).holds) - Number(standingOf(a, status).holds) ||
      lagOf(b) - lagOf(a) ||
      Number(a.isIdle) - Number(b.isIdle) ||
      (a.watermarkEpochMs ?? 0) - (b.watermarkEpochMs ?? 0) ||
      a.partition - b.partition,
  )

/**
 * How far the watermark must go on for an open window to close.
 * @param {number} endMs @param {JobStatus} status
 */
export function closesText(endMs, { watermarkEpochMs }) {
  if (watermarkEpochMs == null) return 'no watermark yet'
  const leftMs = endMs - watermarkEpochMs
  return leftMs <= 0 ? 'now' : formatLength(leftMs)
}

/**
 * How each store is: those it uses, and any other that is or was away.
 * @param {Known} state
 * @returns {{ role: string, store: string, state: 'answers' | 'waits' | 'away', text: string, error: string }[]}
 */
export function storesOf({ status, job, nowMs }) {
  const { stores, waitingFor, waitedFor, uptimeMs } = status
  const roles = Object.entries(stores)
  const fits = (/** @type {string} */ store) => (/** @type {{ store: string }} */ one) =>
    isSameStore(one.store, store)
  const known = roles.map(([role, store]) => ({ role, store }))
  const others = [...waitingFor, ...waitedFor]
    .filter(({ store }) => !roles.some(([, mine]) => isSameStore(store, mine)))
    .map(({ store }) => ({ role: 'other', store }))
  return [...known, ...others].map(({ role, store }) => {
    const waits = waitingFor.find(fits(store))
    const waited = waitedFor.find(fits(store))
    if (job.state !== 'answers')
      return { role, store, state: 'waits', text: 'not known while the job is away', error: '' }
    if (waits !== undefined) {
      const { forMs, isBlocking, message, attempts } = waits
      const since = `away since ${timeText(nowMs - forMs, nowMs)} (${formatSpan(forMs)}, ${counted(attempts, 'attempt')})`
      const means = isBlocking ? 'the job waits' : 'the job goes on'
      return { role, store, state: 'away', text: `${since}: ${means}`, error: message }
    }
    if (waited === undefined) {
      const text = `answers since the job began, ${formatAgo(uptimeMs)}`
      return { role, store, state: 'answers', text, error: '' }
    }
    const { agoMs, lastedMs, message } = waited
    const text = `answers since ${timeText(nowMs - agoMs, nowMs)}, after ${formatSpan(lastedMs)} away`
    return { role, store, state: 'answers', text, error: message }
  })
}

/**
 * "Kafka at 127.0.0.1:9092" is "Kafka 127.0.0.1:9092", and "InfluxDB at http://a" is "InfluxDB 2.7 http://a/bucket".
 * @param {string} waited @param {string} described
 */
export function isSameStore(waited, described) {
  const [kind, ...rest] = waited.split(' ')
  const address = rest.at(-1) ?? ''
  return waited === described || (described.startsWith(kind) && described.includes(address))
}

/** What became of what was read, as a sum. @param {JobStatus} status */
export function booksOf(status) {
  /** @param {(partition: Partition) => number} of */
  const all = (of) => sumOf(status, of)
  /** @type {{ name: string, count: number, means: string }[]} */
  const lines = [
    { name: 'counted', count: all((one) => one.counted), means: 'by at least one metric' },
    { name: 'filtered', count: all((one) => one.filtered), means: 'no metric asks for them' },
    { name: 'late', count: all((one) => one.late), means: 'their window had closed; kept' },
    { name: 'dead letters', count: all((one) => one.rejected), means: 'no events; kept' },
    { name: 'duplicates', count: all((one) => one.duplicates), means: 'sent twice, counted once' },
  ]
  const sum = lines.reduce((total, { count }) => total + count, 0)
  const wrong = status.partitions
    .filter((p) => p.read !== p.counted + p.filtered + p.late + p.rejected + p.duplicates)
    .map(({ partition }) => partition)
  return {
    lines,
    sum,
    read: all((one) => one.read),
    corrected: all((p) => p.corrected ?? 0),
    wrong,
  }
}
