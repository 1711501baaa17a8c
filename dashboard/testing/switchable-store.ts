// For tests: a points store in memory that can be made to fail or to hang, and counts its reads.
import { UnavailableError } from '../../kit/errors.ts'
import { memoryPoints } from '../../stores/points/memory.ts'
import type { PointsStore } from '../../stores/points/points-store.ts'

export interface SwitchableStore extends PointsStore {
  /** Reads begun so far. */
  reads(): number
  /** From now on each read and preparation fails. */
  goDown(message: string): void
  /** From now on each read waits. */
  hang(): void
  /** Ends both; what waits goes on. */
  recover(): void
}

export function switchableStore(): SwitchableStore {
  const inner = memoryPoints()
  let reads = 0
  let down: string | undefined
  let hanging: { readonly until: Promise<void>; readonly end: () => void } | undefined
  const pass = async () => {
    await hanging?.until
    if (down !== undefined) throw new UnavailableError(down)
  }
  return {
    ...inner,
    prepare: pass,
    read: async (measurement, query) => {
      reads++
      await pass()
      return await inner.read(measurement, query)
    },
    addUp: async (...asked) => {
      reads++
      await pass()
      return await inner.addUp(...asked)
    },
    reads: () => reads,
    goDown: (message) => {
      down = message
    },
    hang: () => {
      const { promise, resolve } = withResolvers()
      hanging = { until: promise, end: resolve }
    },
    recover: () => {
      down = undefined
      hanging?.end()
      hanging = undefined
    },
  }
}

/** As Promise.withResolvers, which Node 20 lacks. */
function withResolvers() {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
