// Which sessions events come to, by the plainest means: sorted, split, measured. Part of the oracle: shares no code with the
// engine, and must not.
import type { FunnelNode, PredicateNode, SessionsNode } from '../../data/definitions/nodes.ts'
import type { CountedEvent, Fields } from './oracle-windows.ts'

export interface Measuring {
  /** A measure that is folded from the events of a session; NaN: there is none. */
  readonly folded: (
    node: Exclude<SessionsNode['measures'][string], FunnelNode | { kind: 'length' }>,
    events: readonly Fields[],
  ) => number
  readonly holds: (node: PredicateNode, fields: Fields) => boolean
  readonly stepOf: (timeMs: number) => number
}

/** Each as an event with the tags of its first one, in the step of its last. */
export function sessionsOf(
  { of, gapMs, measures }: SessionsNode,
  events: readonly CountedEvent[],
  { folded, holds, stepOf }: Measuring,
): CountedEvent[] {
  const sorted = events.toSorted((a, b) => {
    const tags = [a, b].map((one) => one.tags.join('\0'))
    return timeOf(a) - timeOf(b) || (tags[0] < tags[1] ? -1 : 1)
  })
  const sessions: CountedEvent[][] = []
  for (const event of sorted) {
    const own = sessions.findLast(([first]) => first.fields[of.name] === event.fields[of.name])
    if (own !== undefined && timeOf(event) - timeOf(own[own.length - 1]) < gapMs) own.push(event)
    else sessions.push([event])
  }
  return sessions.map((own) => {
    const [firstMs, lastMs] = [timeOf(own[0]), timeOf(own[own.length - 1])]
    const all = own.map(({ fields }) => fields)
    const fields: Record<string, number> = {}
    for (const [name, node] of Object.entries(measures)) {
      if (node.kind === 'length') fields[name] = lastMs - firstMs
      else if (node.kind === 'funnel') fields[name] = stepsDone(node, all, holds)
      else {
        const value = folded(node, all)
        if (!Number.isNaN(value)) fields[name] = value
      }
    }
    return { fields, tags: own[0].tags, stepMs: stepOf(lastMs), isLate: false }
  })
}

const timeOf = ({ fields }: { readonly fields: Fields }) => Number(fields.event_time)

/** Every choice of events, each for one step. */
function stepsDone(
  { steps, withinMs }: FunnelNode,
  events: readonly Fields[],
  holds: Measuring['holds'],
): number {
  const useful = events.map((fields) => ({
    timeMs: Number(fields.event_time),
    does: steps.map((step) => holds(step, fields)),
  }))
  const from = (done: number, firstMs: number, lastMs: number, used: readonly number[]): number => {
    let best = done
    for (const [i, { timeMs, does }] of useful.entries()) {
      if (!does[done] || timeMs < lastMs || used.includes(i)) continue
      const begunMs = done === 0 ? timeMs : firstMs
      if (timeMs - begunMs > withinMs || best === steps.length) continue
      best = Math.max(best, from(done + 1, begunMs, timeMs, [...used, i]))
    }
    return best
  }
  return from(0, 0, Number.NEGATIVE_INFINITY, [])
}
