// The points of a window's groups: of each group its own; or, where only the largest are asked for, of those and of all
// others as one.
import type { Metric, Top } from '../../data/definitions/metric.ts'
import { OTHER, type Point } from '../../data/point.ts'
import type { Groups, GroupsState } from './groups.ts'
import { asTheyAre, Merger } from './merger.ts'
import type { WindowGroups } from './slots.ts'

export class WindowPoints {
  readonly #metric: Metric
  readonly #merger: Merger | undefined
  /** By time of the points, the tags of groups that were shown of open windows. */
  readonly #shown = new Map<number, Set<string>>()

  /** `newGroups` makes room for adding up. */
  constructor(metric: Metric, newGroups: () => Groups) {
    this.#metric = metric
    this.#merger = metric.top && new Merger(newGroups())
  }

  /** Of a closed window. `startMs`: by which `groups` knows the window; `timeMs`: that of its points. */
  of(groups: Groups, window: WindowGroups, startMs: number, timeMs: number): Point[] {
    for (const shownMs of this.#shown.keys()) if (shownMs <= timeMs) this.#shown.delete(shownMs)
    groups.tell(window, startMs, true)
    return this.#largest(groups, window, startMs, timeMs)
  }

  /** Of an open window. Groups that were among the largest when it was shown stay: no point is taken back. */
  openOf(groups: Groups, window: WindowGroups, startMs: number, timeMs: number): Point[] {
    groups.tell(window, startMs, false)
    if (this.#merger === undefined) return this.#largest(groups, window, startMs, timeMs)
    const shown = this.#shown.get(timeMs) ?? new Set()
    this.#shown.set(timeMs, shown)
    return this.#largest(groups, window, startMs, timeMs, shown)
  }

  #largest(
    groups: Groups,
    window: WindowGroups,
    startMs: number,
    timeMs: number,
    shown?: Set<string>,
  ): Point[] {
    const points = window.slots.map((slot) => groups.pointOf(slot, timeMs))
    const { top } = this.#metric
    const merger = this.#merger
    if (top === undefined || merger === undefined) return points
    const keys = points.map(({ tags }) => (shown ? JSON.stringify(tags) : ''))
    const rest = restOf(points, top).filter((place) => !shown?.has(keys[place]))
    const isRest = new Set(rest)
    for (const [place, key] of keys.entries()) if (!isRest.has(place)) shown?.add(key)
    if (rest.length === 0) return points
    const state = this.#asOther(groups, groups.save(window, startMs, asTheyAre), top, rest)
    return merger.merged(startMs, [state], ({ slots }) =>
      slots.map((slot) => merger.groups.pointOf(slot, timeMs)),
    )
  }

  /** Groups whose key is then the same are one group to whoever adds the state up. */
  #asOther(groups: Groups, state: GroupsState, { of }: Top, rest: readonly number[]): GroupsState {
    const keys = state.keys.map((codes, tag) => {
      if (!of.includes(this.#metric.by[tag])) return codes
      const other = groups.codeOf(tag, OTHER)
      const own = codes.slice()
      for (const group of rest) own[group] = other
      return own
    })
    return { ...state, keys }
  }
}

/** The places of points that are not among the largest. */
function restOf(points: readonly Point[], { count, of, value }: Top): number[] {
  const rivals = new Map<string, number[]>()
  for (const [place, { tags }] of points.entries()) {
    const others = Object.entries(tags).filter(([tag]) => !of.includes(tag))
    const key = JSON.stringify(others)
    const own = rivals.get(key)
    if (own === undefined) rivals.set(key, [place])
    else own.push(place)
  }
  const sizeOf = (place: number) => points[place].fields[value] ?? Number.NEGATIVE_INFINITY
  const before = (a: number, b: number): number => {
    const [left, right] = [sizeOf(a), sizeOf(b)]
    if (left !== right) return left > right ? -1 : 1
    const tag = of.find((name) => points[a].tags[name] !== points[b].tags[name])
    return tag === undefined || points[a].tags[tag] < points[b].tags[tag] ? -1 : 1
  }
  return [...rivals.values()].flatMap((own) => own.sort(before).slice(count))
}
