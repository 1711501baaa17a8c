// Adds up saved groups: what several windows counted, as if one had.
import type { CodeMap } from './aggregates/aggregate.ts'
import type { Groups, GroupsState } from './groups.ts'
import type { WindowGroups } from './slots.ts'

/** Codes that stay as they are: what was saved is added where it was saved. */
export const asTheyAre: CodeMap = (_column, codes) => codes

export class Merger {
  /** Those of what is being added up. */
  readonly groups: Groups

  constructor(groups: Groups) {
    this.groups = groups
  }

  /** What `use` makes of the sum; the codes of `states` are those of now. `startMs`: of the window that the sum is. */
  merged<T>(startMs: number, states: readonly GroupsState[], use: (window: WindowGroups) => T): T {
    const window = this.groups.ofNewWindow()
    for (const state of states) this.groups.absorb(window, startMs, state, asTheyAre)
    const made = use(window)
    this.groups.release(window, startMs)
    return made
  }
}
