// One window of one metric, from its first event until it can change no more.
import type { WindowGroups } from './slots.ts'

export class OpenWindow {
  readonly startMs: number
  readonly endMs: number
  readonly groups: WindowGroups
  /** The watermark has reached its end and its points were made; late events may still correct them. */
  isClosed = false
  /** Groups that late events have corrected since their points were made. */
  readonly corrected = new Set<number>()

  constructor(startMs: number, endMs: number, groups: WindowGroups) {
    this.startMs = startMs
    this.endMs = endMs
    this.groups = groups
  }
}
