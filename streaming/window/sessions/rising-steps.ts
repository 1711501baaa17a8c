// The events of one session that do a step, brought into the order of time. One is used for many sessions, one after the
// other.
import { roomFor } from '../aggregates/aggregate.ts'
import type { StepEvents } from './reached.ts'

/** Few are sorted by moving each to its place: they nearly are in order. */
const FEW = 64

export class RisingSteps implements StepEvents {
  timesMs = new Float64Array(FEW)
  masks = new Float64Array(FEW)
  count = 0

  clear(): void {
    this.count = 0
  }

  add(timeMs: number, mask: number): void {
    this.timesMs = roomFor(this.count, this.timesMs)
    this.masks = roomFor(this.count, this.masks)
    this.timesMs[this.count] = timeMs
    this.masks[this.count++] = mask
  }

  /** They came with the latest first, or nearly so. */
  sort(): void {
    const { timesMs, masks, count } = this
    timesMs.subarray(0, count).reverse()
    masks.subarray(0, count).reverse()
    if (count > FEW) this.#sortMany()
    else
      for (let i = 1; i < count; i++) {
        const [timeMs, mask] = [timesMs[i], masks[i]]
        let at = i
        for (; at > 0 && timesMs[at - 1] > timeMs; at--) {
          timesMs[at] = timesMs[at - 1]
          masks[at] = masks[at - 1]
        }
        timesMs[at] = timeMs
        masks[at] = mask
      }
  }

  #sortMany(): void {
    const { count } = this
    const [timesMs, masks] = [this.timesMs.slice(0, count), this.masks.slice(0, count)]
    const order = Array.from(timesMs.keys()).sort((a, b) => timesMs[a] - timesMs[b])
    for (let i = 0; i < count; i++) {
      this.timesMs[i] = timesMs[order[i]]
      this.masks[i] = masks[order[i]]
    }
  }
}
