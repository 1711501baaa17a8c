// Compares the end of a world with what must be: points, records set aside, ledger, ticks, what is still remembered.
import type { Metric } from '../../data/definitions/metric.ts'
import type { Snapshot } from '../checkpoint/snapshot.ts'
import { sessionsOf } from '../window/sessions/session-tables.ts'
import type { SimLog } from './event-log.ts'
import type { Decided } from './lineage.ts'
import { fateOf, placed, pointsOf, windowAround } from './oracle.ts'
import type { SimPoints } from './points.ts'
import type { WorldSettings } from './settings.ts'

export interface Ended {
  readonly settings: WorldSettings
  readonly log: SimLog
  readonly points: SimPoints
  /** Places of the records set aside: `partition/offset`. */
  readonly late: ReadonlySet<string>
  readonly deadLetters: ReadonlySet<string>
  /** How far the wall clock was ahead at most while records came. */
  readonly aheadMs: number
  /** Of the newest checkpoint. */
  readonly decided: Decided
}

/** What is not as it must be, in sentences; empty when all is well. */
export function differences(ended: Ended): string[] {
  const { settings, log, decided } = ended
  const { ticks, watermarks } = decided.snapshot
  const { disorderMs } = settings.config
  const events = placed({ partitions: log.partitions, disorderMs, ticks })
  const rowOf = (name: string) => (one: (typeof events)[number]) =>
    decided.counted.get(name)?.rows[one.partition]?.[one.offset]

  const [firstName] = decided.counted.keys()

  const points = new Map<string, string>()
  for (const { metric } of decided.counted.values())
    for (const [identity, fields] of pointsOf(
      metric,
      events,
      rowOf(metric.name),
      watermarks.currentMs,
    ))
      points.set(identity, JSON.stringify(Object.entries(fields).sort()))
  // Metrics that are no more keep their points.
  const visible = [...ended.points.visible].filter(([identity]) =>
    decided.counted.has(identity.split(' ')[0]),
  )

  const ledger = new Map<string, number>()
  const late = new Set<string>()
  const addTo = (partition: number, fate: string) => {
    const key = `${partition} ${fate}`
    ledger.set(key, (ledger.get(key) ?? 0) + 1)
  }
  for (const one of events) {
    const metrics = decided.metrics[one.partition]?.[one.offset] ?? []
    // What decides whether a metric counts an event never changes of a user.
    const fate = fateOf(metrics, one, rowOf(firstName)(one))
    addTo(one.partition, fate)
    if (fate === 'late') late.add(`${one.partition}/${one.offset}`)
  }
  const deadLetters = new Set<string>()
  for (const [partition, records] of log.partitions.entries()) {
    for (const [offset, { event }] of records.entries()) {
      addTo(partition, 'read')
      if (event !== undefined) continue
      addTo(partition, 'rejected')
      deadLetters.add(`${partition}/${offset}`)
    }
  }

  return [
    ...ended.points.violations,
    ...compared('point', points, new Map(visible)),
    ...compared('late event', listed(late), listed(ended.late)),
    ...compared('dead letter', listed(deadLetters), listed(ended.deadLetters)),
    ...compared('ledger', ledger, ledgerOf(decided.snapshot)),
    ...compared('committed offset', aboveZero(log.ends), aboveZero(log.committed)),
    ...compared('position', aboveZero(log.ends), aboveZero(decided.snapshot.positions)),
    ...ticks.flatMap((tick) => unfoundedTick(ended, tick)),
    ...remembered(ended),
  ]
}

/** Of a partition without a record nobody need know. */
const aboveZero = (offsets: ReadonlyMap<number, number>) =>
  new Map([...offsets].filter(([, offset]) => offset > 0))

const listed = (set: ReadonlySet<string>) => new Map([...set].map((one) => [one, 'there']))

function ledgerOf({ ledger }: Snapshot): Map<string, number> {
  return new Map(
    ledger.partitions.flatMap(([partition, entry]) =>
      Object.entries(entry)
        .filter(([, count]) => count > 0)
        .map(([fate, count]) => [`${partition} ${fate}`, count] as const),
    ),
  )
}

/** What is missing, too much or different. */
function compared<K, V>(
  what: string,
  expected: ReadonlyMap<K, V>,
  got: ReadonlyMap<K, V>,
): string[] {
  const wrong: string[] = []
  for (const [key, value] of expected)
    if (!got.has(key)) wrong.push(`${what} ${key}: expected ${value}, got none`)
    else if (got.get(key) !== value)
      wrong.push(`${what} ${key}: expected ${value}, got ${got.get(key)}`)
  for (const [key, value] of got)
    if (!expected.has(key)) wrong.push(`${what} ${key}: expected none, got ${value}`)
  return wrong
}

/**
 * A tick says that a partition was not waited for. That may only be when it was silent for `idleAfter`, by the time that
 * really passed, or had never had an event; and what closed then is at most what time had come to.
 */
function unfoundedTick(
  { settings, log, aheadMs }: Ended,
  { partition, offset, watermarkMs }: Snapshot['ticks'][number],
): string[] {
  const { startMs, config } = settings
  // A tick is at the first record of a batch: up to the first event from there on.
  const records = log.partitions[partition]
  const first = records.findIndex(({ event }, at) => at >= offset && event !== undefined)
  const times = records
    .slice(0, first + 1)
    .filter(({ event }) => event !== undefined)
    .map(({ atMs }) => atMs)
  const isFounded = times.some(
    (atMs, index) =>
      (index === 0 || atMs - times[index - 1] >= config.idleAfterMs) &&
      watermarkMs <= startMs + atMs + aheadMs - config.disorderMs,
  )
  const what = `tick at ${partition}/${offset} to ${watermarkMs - startMs} ms`
  return isFounded
    ? []
    : [`${what}: the partition was not silent for ${config.idleAfterMs} ms then`]
}

/** Windows and ids that can change no more and are still held. */
function remembered({ decided: { snapshot, counted } }: Ended): string[] {
  const { currentMs } = snapshot.watermarks
  const wrong: string[] = []
  for (const [name, { windows, tables }] of snapshot.metrics) {
    const metric = counted.get(name)?.metric
    if (metric === undefined) continue
    if (sessionsOf(tables) !== undefined) wrong.push(`${name} has sessions still open`)
    for (const { startMs, isClosed, corrected } of windows) {
      if (!isClosed || corrected.length > 0) wrong.push(`${name} ${startMs} is still open`)
      else if (neededUntilMs(metric, startMs) <= currentMs)
        wrong.push(`${name} ${startMs} can change no more and is still held`)
    }
  }
  for (const deadlineMs of snapshot.recentIds?.deadlinesMs ?? [])
    if (deadlineMs <= currentMs) wrong.push(`an id is remembered for ever: ${deadlineMs}`)
  return wrong
}

/** When a window, or a closed step of one, is of no use any more. */
function neededUntilMs(metric: Metric, startMs: number): number {
  const { window, allowedLatenessMs } = metric
  if (window.kind === 'cumulative') return windowAround(metric, startMs, window.sizeMs)[1]
  const behindMs = window.kind === 'hopping' ? window.sizeMs - window.everyMs : 0
  return windowAround(metric, startMs)[1] + behindMs + allowedLatenessMs
}
