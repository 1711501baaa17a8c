// How long the event loop of this process stood still.
import { monitorEventLoopDelay } from 'node:perf_hooks'

const NS_PER_MS = 1e6
const RESOLUTION_MS = 1

/** Watches from now, or from `afterMs` on; what it answers tells what was seen and ends it. */
export function watchLoop(afterMs = 0): () => Readonly<Record<string, number>> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  if (afterMs === 0) delay.enable()
  else setTimeout(() => delay.enable(), afterMs).unref()
  return () => {
    delay.disable()
    return {
      loopP999Ms: delay.percentile(99.9) / NS_PER_MS - RESOLUTION_MS,
      loopLongestMs: delay.max / NS_PER_MS - RESOLUTION_MS,
    }
  }
}
