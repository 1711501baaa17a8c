// Why windows are or are not closed, in words.

import type { Metric } from '../../data/definitions/metric.ts'
import { formatElapsed } from '../../kit/duration.ts'
import { grouped } from '../../kit/grouped.ts'
import { WINDROW } from '../../kit/invocation.ts'
import { textTable } from '../../kit/text-table.ts'
import { type PartitionStanding, standingsOf } from './partitions.ts'
import { openWindowsOf, type WhyFacts, type WindowAnswer, whyWindow } from './why-window.ts'

/** Windows listed at most. */
const LISTED_MAX = 20

/** About one window. */
export function* windowText(
  metric: Metric,
  answer: WindowAnswer,
  facts: WhyFacts,
): Generator<string> {
  const { startMs, endMs, closesAtMs, heldBy } = answer
  const { currentMs } = facts.snapshot.watermarks
  yield `${metric.name} ${spanText(startMs, endMs)}: ${standingText(answer)}\n`
  yield `${watermarkText(answer, currentMs)}\n`
  const isOver = answer.standing === 'closed' || answer.standing === 'final'
  if (isOver) {
    const range = `--from ${timeText(startMs)} --to ${timeText(endMs)}`
    yield `Its points, if it had events: ${WINDROW} points ${metric.name} ${range}\n`
    return
  }
  yield '\n'
  yield* partitionsText(facts, new Set(heldBy.map(({ partition }) => partition)))
  yield '\n'
  if (heldBy.length > 0) yield `${holdersText(heldBy, closesAtMs, facts)}\n`
  yield `${silenceText(answer, facts)}\n`
}

/** The oldest open window, and a list of all. */
export function* metricText(metric: Metric, facts: WhyFacts): Generator<string> {
  const open = openWindowsOf(metric, facts)
  if (open.length === 0) {
    yield `${metric.name}: no window is open. ${closedThroughText(facts)}\n\n`
    yield* partitionsText(facts, new Set())
    return
  }
  yield* windowText(metric, whyWindow(metric, open[0].startMs, facts), facts)
  if (open.length === 1) return
  yield `\n${grouped(open.length)} windows are open:\n`
  const rows = open
    .slice(0, LISTED_MAX)
    .map(({ startMs, endMs, groups }) => [timeText(startMs), timeText(endMs), grouped(groups)])
  yield* textTable(['start', 'end', 'groups'], rows, (column) => column === 2)
  if (open.length > LISTED_MAX) yield `… and ${grouped(open.length - LISTED_MAX)} later ones\n`
}

/** All metrics: how many windows are open, and what the oldest of them waits for. */
export function* overallText(metrics: readonly Metric[], facts: WhyFacts): Generator<string> {
  const all = metrics.map((metric) => ({ metric, open: openWindowsOf(metric, facts) }))
  const rows = all.map(({ metric, open }) => [
    metric.name,
    grouped(open.length),
    grouped(open.reduce((sum, { groups }) => sum + groups, 0)),
    open.length === 0 ? '–' : spanText(open[0].startMs, open[0].endMs),
  ])
  const header = ['metric', 'open windows', 'groups', 'the oldest']
  yield* textTable(header, rows, (column) => column === 1 || column === 2)
  yield '\n'
  const oldest = all
    .filter(({ open }) => open.length > 0)
    .sort((a, b) => a.open[0].endMs - b.open[0].endMs)
    .at(0)
  if (oldest !== undefined) {
    const { metric, open } = oldest
    yield* windowText(metric, whyWindow(metric, open[0].startMs, facts), facts)
    return
  }
  yield `No window is open. ${closedThroughText(facts)}\n\n`
  yield* partitionsText(facts, new Set())
}

function standingText(answer: WindowAnswer): string {
  const { standing, groups, openSessions, correctableUntilMs, startMs } = answer
  if (standing === 'final') return 'closed, and nothing can change it any more'
  if (standing === 'closed')
    return `closed; late events correct it until the watermark is at ${timeText(correctableUntilMs, startMs)}`
  if (standing === 'unread') return 'open: the job has read no event at all'
  if (standing === 'waiting') return 'open, no event of it was read yet'
  const counted = `${groups === 1 ? '1 group' : `${grouped(groups ?? 0)} groups`} so far`
  if (openSessions === undefined) return `open, ${counted}`
  const sessions =
    openSessions === 1
      ? '1 session is not over, its'
      : `${grouped(openSessions)} are not over, their`
  return `open, ${counted}; ${sessions} last event so far in it`
}

function watermarkText({ closesAtMs, endMs, startMs }: WindowAnswer, watermarkMs: number): string {
  const wait =
    closesAtMs > endMs ? ` (its end, and ${formatElapsed(closesAtMs - endMs)} later)` : ''
  const needed = `it closes when that reaches ${timeText(closesAtMs, startMs)}${wait}`
  if (!Number.isFinite(watermarkMs)) return `The job has no watermark yet; ${needed}.`
  const now = `The job's watermark is ${timeText(watermarkMs, startMs)}`
  if (watermarkMs >= closesAtMs)
    return `${now}, ${formatElapsed(watermarkMs - endMs)} after its end.`
  return `${now}; ${needed}, ${formatElapsed(closesAtMs - watermarkMs)} further on.`
}

const closedThroughText = ({ snapshot }: WhyFacts): string => {
  const { currentMs } = snapshot.watermarks
  if (!Number.isFinite(currentMs)) return 'None was closed yet.'
  return `All that end at or before ${timeText(currentMs)}, the job's watermark, are closed.`
}

const STANDINGS = {
  behind: 'records left',
  quiet: 'read to its end',
  idle: 'idle, not waited for',
  empty: 'empty, not waited for',
}

function* partitionsText(facts: WhyFacts, holders: ReadonlySet<number>): Generator<string> {
  const hasHolder = holders.size > 0
  const rows = standingsOf(facts).map((one) => [
    ...[String(one.partition), grouped(one.position), grouped(one.lag)],
    ...[timeText(one.latestMs), timeText(one.watermarkMs), STANDINGS[one.standing]],
    ...(hasHolder ? [holders.has(one.partition) ? 'yes' : ''] : []),
  ])
  const header = ['partition', 'position', 'lag', 'latest event', 'watermark', 'state']
  yield* textTable([...header, ...(hasHolder ? ['holds it'] : [])], rows, (column) => column < 3)
}

/** "Partition 2 holds it: …": what the one furthest behind has read, and what is missing. */
function holdersText(holders: readonly PartitionStanding[], endMs: number, facts: WhyFacts) {
  const [last] = holders.toSorted((a, b) => a.latestMs - b.latestMs)
  const neededMs = endMs + facts.snapshot.disorderMs
  const { lag, latestMs, watermarkMs } = last
  const isAny = Number.isFinite(latestMs)
  const names = holders.map(({ partition }) => partition).join(', ')
  const who =
    holders.length === 1
      ? `Partition ${names} holds it`
      : `Partitions ${names} hold it, ${last.partition} is furthest behind`
  const times = `${timeText(latestMs, endMs)} (watermark ${timeText(watermarkMs, endMs)})`
  const read = isAny ? `read up to ${times}` : 'no event of it was read yet'
  const left =
    lag === 0 ? 'nothing left to read' : `${recordsText(lag)} left when the job last saved`
  const further = isAny ? `, ${formatElapsed(neededMs - latestMs)} further on,` : ''
  const event = `An event of ${timeText(neededMs, endMs)} or later${further}`
  const each = holders.length === 1 ? '' : ' on each of them'
  const silence = `${formatElapsed(facts.idleAfterMs)} of silence${lag > 0 ? ' after its end' : ''}`
  return `${who}: ${read}, ${left}.\n  ${event}${each} closes it, or ${silence}.`
}

const recordsText = (count: number): string =>
  count === 1 ? '1 record' : `${grouped(count)} records`

/** When it closes if nothing comes. */
function silenceText({ heldBy, closesByMs, endMs }: WindowAnswer, facts: WhyFacts): string {
  const { holder, closeOnIdle, nowMs } = facts
  if (closesByMs === undefined) {
    if (holder === undefined) return `The job does not run: start it with ${WINDROW} stream.`
    if (!closeOnIdle) return 'close_on_idle is off: silence of all partitions closes nothing.'
    if (heldBy.length > 0) return 'Records are left to read: they may close it.'
    return 'The topic is empty: windows close once there are events.'
  }
  const byMs = Math.ceil(closesByMs / 1000) * 1000
  const inText = byMs > nowMs ? `in ${formatElapsed(closesByMs - nowMs)}` : 'now'
  const when = `by ${timeText(byMs, endMs)} of the wall clock at the latest (${inText})`
  if (holder === undefined)
    return `The job does not run. Started now (windrow stream), it closes the window ${when}, if no event comes.`
  if (heldBy.length === 0) return `No partition holds it, all are silent: it closes ${when}.`
  return `If no event comes, it closes ${when}.`
}

const spanText = (startMs: number, endMs: number) =>
  `[${timeText(startMs)}, ${timeText(endMs, startMs)})`

/** ISO 8601; only the time of day when it is of the day of `besideMs`; – when there is none. */
function timeText(ms = Number.NaN, besideMs?: number): string {
  if (!Number.isFinite(ms)) return '–'
  const iso = new Date(ms).toISOString().replace('.000Z', 'Z')
  const isSameDay =
    besideMs !== undefined && iso.slice(0, 10) === new Date(besideMs).toISOString().slice(0, 10)
  return isSameDay ? iso.slice(11) : iso
}
