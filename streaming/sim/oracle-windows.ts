// Which events a point is of, by the plainest means: for every kind of windows, the largest groups, and zeros. Part of the
// oracle: shares no code with the engine, and must not.
import type { Metric } from '../../data/definitions/metric.ts'

export type Fields = Readonly<Record<string, unknown>>

/** An event that a metric counts, or a session. */
export interface CountedEvent {
  readonly fields: Fields
  readonly tags: readonly string[]
  /** Start of the step that it is in. */
  readonly stepMs: number
  /** It came after its step's end. */
  readonly isLate: boolean
}

/** A point to be, and the events that it is of. */
export interface Group {
  readonly timeMs: number
  readonly tags: readonly string[]
  readonly events: readonly CountedEvent[]
}

/** Start and end of the step around an instant; of the window of such a length. */
export type Around = (timeMs: number, sizeMs?: number) => readonly [startMs: number, endMs: number]

/** The points of all windows that end at or before `closedMs`. `valueOf`: by which the largest are told. */
export function groupsOf(
  metric: Metric,
  events: readonly CountedEvent[],
  closedMs: number,
  around: Around,
  sizeOf: (events: readonly CountedEvent[]) => number,
): Group[] {
  const groups = windowed(metric, events, closedMs, around)
  return metric.top === undefined ? groups : largest(metric, metric.top, groups, sizeOf)
}

function windowed(
  metric: Metric,
  events: readonly CountedEvent[],
  closedMs: number,
  around: Around,
): Group[] {
  const { window } = metric
  const steps = stepsThrough(events, closedMs, around)
  switch (window.kind) {
    case 'tumbling':
      return metric.zerosForMs === undefined
        ? steps.flatMap(([stepMs]) => grouped(stepMs, within(events, stepMs, stepMs)))
        : withZeros(events, metric.zerosForMs, steps)
    case 'hopping': {
      const behind = window.sizeMs / window.everyMs - 1
      return steps.flatMap(([stepMs]) => {
        const startMs = stepMs - behind * window.everyMs
        return grouped(stepMs, within(events, startMs, stepMs))
      })
    }
    case 'cumulative':
      return steps.flatMap(([stepMs]) =>
        grouped(stepMs, within(events, around(stepMs, window.sizeMs)[0], stepMs)),
      )
    case 'sessions':
      return steps.flatMap(([stepMs]) => grouped(stepMs, within(events, stepMs, stepMs)))
  }
}

/** All steps from the first with an event to the last that ends at or before `closedMs`. */
function stepsThrough(
  events: readonly CountedEvent[],
  closedMs: number,
  around: Around,
): (readonly [number, number])[] {
  const steps: (readonly [number, number])[] = []
  if (events.length === 0) return steps
  let step = around(Math.min(...events.map(({ stepMs }) => stepMs)))
  for (; step[1] <= closedMs; step = around(step[1])) steps.push(step)
  return steps
}

const within = (events: readonly CountedEvent[], fromMs: number, throughMs: number) =>
  events.filter(({ stepMs }) => stepMs >= fromMs && stepMs <= throughMs)

function grouped(timeMs: number, events: readonly CountedEvent[]): Group[] {
  const byTags = new Map<string, CountedEvent[]>()
  for (const one of events) {
    const own = byTags.get(one.tags.join('|')) ?? []
    byTags.set(one.tags.join('|'), own)
    own.push(one)
  }
  return [...byTags.values()].map((own) => ({ timeMs, tags: own[0].tags, events: own }))
}

/** A series has a point in every step that begins within so long after the end of its last with an event. */
function withZeros(
  events: readonly CountedEvent[],
  zerosForMs: number,
  steps: readonly (readonly [number, number])[],
): Group[] {
  return grouped(0, events).flatMap((series) => {
    let lastEndMs = Number.NEGATIVE_INFINITY
    return steps.flatMap(([startMs, endMs]) => {
      const own = within(series.events, startMs, startMs)
      if (own.length > 0) lastEndMs = endMs
      return startMs < lastEndMs + zerosForMs || own.length > 0
        ? [{ timeMs: startMs, tags: series.tags, events: own }]
        : []
    })
  })
}

function largest(
  { by }: Metric,
  { count, of }: NonNullable<Metric['top']>,
  groups: readonly Group[],
  sizeOf: (events: readonly CountedEvent[]) => number,
): Group[] {
  const named = (tags: readonly string[], isOf: boolean) =>
    tags.filter((_, i) => of.includes(by[i]) === isOf)
  const merged = new Map<string, Group>()
  for (const group of groups) {
    const rivals = groups
      .filter(({ timeMs }) => timeMs === group.timeMs)
      .filter(({ tags }) => `${named(tags, false)}` === `${named(group.tags, false)}`)
    const isBefore = (other: Group) => {
      const [own, theirs] = [sizeOf(group.events), sizeOf(other.events)]
      // In the order in which `of` names them.
      const names = ({ tags }: Group) => of.map((name) => tags[by.indexOf(name)]).join('\0')
      return theirs > own || (theirs === own && names(other) < names(group))
    }
    const isKept = rivals.filter(isBefore).length < count
    const tags = group.tags.map((tag, i) => (isKept || !of.includes(by[i]) ? tag : 'other'))
    const key = `${group.timeMs} ${tags}`
    const known = merged.get(key)?.events ?? []
    merged.set(key, { timeMs: group.timeMs, tags, events: [...known, ...group.events] })
  }
  return [...merged.values()]
}
