// What a worker hands over → the job: as if its batches had been processed there. Pure.
import type { SetAsideCollector } from '../delivery/set-aside.ts'
import type { Job } from '../job.ts'
import type { Delta } from './messages.ts'
import type { ReceivedTexts } from './texts.ts'

/** `texts`: those received of the same worker. */
export function absorbDelta(
  job: Job,
  setAside: Pick<SetAsideCollector, 'absorb'>,
  texts: ReceivedTexts,
  delta: Delta,
): void {
  texts.forget(delta.forgotten)
  texts.add(delta.texts)
  for (const [index, windows] of job.windows.entries())
    windows.absorb(delta.windows[index], texts.toCodes)
  job.ledger.add(delta.ledger)
  job.ticks.restore(delta.ticks)
  for (const { partition, maxTimeMs } of delta.progress)
    job.watermarks.observe(partition, maxTimeMs)
  setAside.absorb(delta.aside)
  job.table.addUnmatched(delta.unmatched)
}
