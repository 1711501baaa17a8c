// For tests: what a metric of sessions comes to, by the plainest means: events sorted, split, and counted. Shares no code
// with the engine, and must not.

export interface PlainEvent {
  readonly event_type: string
  readonly user_id: string
  readonly event_time: number
  readonly quantity?: number
  readonly unit_price?: number
}

export interface PlainSession {
  readonly firstMs: number
  readonly lastMs: number
  /** Of the first event. */
  readonly tag: string
  readonly events: readonly PlainEvent[]
}

/** Events of one partition that are late: further behind its watermark than is allowed. */
export function lateOnes(
  events: readonly PlainEvent[],
  disorderMs: number,
  latenessMs: number,
): boolean[] {
  let latestMs = Number.NEGATIVE_INFINITY
  return events.map(({ event_time }) => {
    const watermarkMs = latestMs - disorderMs
    latestMs = Math.max(latestMs, event_time)
    return event_time + latenessMs < watermarkMs
  })
}

/** Those with the same key. */
export function groupsOf<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one])
  return groups
}

/** By user, in the order of time. */
export function sessionsOf(events: readonly PlainEvent[], gapMs: number): PlainSession[] {
  const byUser = groupsOf(events, ({ user_id }) => user_id)
  return [...byUser.values()].flatMap((own) => {
    const sorted = own.toSorted(
      (a, b) => a.event_time - b.event_time || (a.event_type < b.event_type ? -1 : 1),
    )
    const sessions: PlainEvent[][] = []
    for (const event of sorted) {
      const last = sessions.at(-1)
      const before = last?.at(-1)
      if (
        last === undefined ||
        before === undefined ||
        event.event_time - before.event_time >= gapMs
      )
        sessions.push([event])
      else last.push(event)
    }
    return sessions.map((all) => ({
      firstMs: all[0].event_time,
      lastMs: all[all.length - 1].event_time,
      tag: all[0].event_type,
      events: all,
    }))
  })
}

/** Steps done one after the other, by event type, of events sorted by time: every choice is tried. */
export function stepsDone(
  events: readonly PlainEvent[],
  steps: readonly string[],
  withinMs: number,
): number {
  const from = (done: number, firstMs: number, lastMs: number): number => {
    let best = done
    for (const { event_type, event_time } of events) {
      const begunMs = done === 0 ? event_time : firstMs
      if (event_type !== steps[done] || event_time < lastMs) continue
      if (event_time - begunMs <= withinMs)
        best = Math.max(best, from(done + 1, begunMs, event_time))
    }
    return best
  }
  return from(0, 0, Number.NEGATIVE_INFINITY)
}
