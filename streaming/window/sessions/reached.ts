// How far a funnel was gone: the most steps, one after the other, that events come to. Pure.

/** Events that each satisfy some step, rising in time. */
export interface StepEvents {
  readonly timesMs: ArrayLike<number>
  /** Bit i: it satisfies step i. */
  readonly masks: ArrayLike<number>
  readonly count: number
}

/** Of each number of steps, when the latest of the tries that have come so far began; -Infinity: none has. */
type Begun = Float64Array

/** Scratch: that of a call. Masks have no more bits. */
const BEGUN_MS: Begun = new Float64Array(33)

/**
 * The most steps that were done in their order, the last at most `withinMs` after the first. An event does one step;
 * events of one instant may be taken in any order.
 */
export function stepsReached(events: StepEvents, stepCount: number, withinMs: number): number {
  const begunMs = BEGUN_MS
  for (let done = 0; done <= stepCount; done++) begunMs[done] = Number.NEGATIVE_INFINITY
  const { timesMs, masks, count } = events
  for (let from = 0; from < count; ) {
    const timeMs = timesMs[from]
    let to = from + 1
    while (to < count && timesMs[to] === timeMs) to++
    // A try may begin now; of those that have come as far as others the latest is the best.
    begunMs[0] = timeMs
    if (to === from + 1) goOn(begunMs, stepCount, masks[from], timeMs - withinMs)
    else goOnTogether(begunMs, stepCount, masks, from, to, timeMs - withinMs)
    from = to
  }
  let reached = stepCount
  while (begunMs[reached] === Number.NEGATIVE_INFINITY) reached--
  return count === 0 ? 0 : reached
}

/** One event: the furthest tries first, so that it does one step of each. */
function goOn(begunMs: Begun, stepCount: number, mask: number, sinceMs: number): void {
  for (let done = stepCount - 1; done >= 0; done--) {
    if ((mask & (1 << done)) === 0 || begunMs[done] < sinceMs) continue
    if (begunMs[done] > begunMs[done + 1]) begunMs[done + 1] = begunMs[done]
  }
}

/** Events of one instant may do several steps, in any order: as many as can be given an event each. */
function goOnTogether(
  begunMs: Begun,
  stepCount: number,
  masks: ArrayLike<number>,
  from: number,
  to: number,
  sinceMs: number,
): void {
  for (let done = stepCount - 1; done >= 0; done--) {
    if (begunMs[done] < sinceMs) continue
    const stepOf = new Int32Array(to - from).fill(NONE)
    for (let step = done; step < stepCount; step++) {
      if (!findEvent(step, masks, from, stepOf, new Uint8Array(stepOf.length))) break
      if (begunMs[done] > begunMs[step + 1]) begunMs[step + 1] = begunMs[done]
    }
  }
}

const NONE = -1

/** Gives the step an event, others maybe another one than they had: an augmenting path of a bipartite matching. */
function findEvent(
  step: number,
  masks: ArrayLike<number>,
  from: number,
  stepOf: Int32Array,
  tried: Uint8Array,
): boolean {
  for (let event = 0; event < stepOf.length; event++) {
    if (tried[event] === 1 || (masks[from + event] & (1 << step)) === 0) continue
    tried[event] = 1
    const before = stepOf[event]
    if (before !== NONE && !findEvent(before, masks, from, stepOf, tried)) continue
    stepOf[event] = step
    return true
  }
  return false
}
