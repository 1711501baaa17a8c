// What the job tells people while it runs and when it ends.
import type { Log } from '../kit/log.ts'
import type { Job } from './job.ts'

const number = (value: number) => value.toLocaleString('en-US')

/** "12,345 read: 12,300 counted, 3 late, 42 rejected (json 40, missing 2)". */
export function describeLedger(job: Job): string {
  const { read, counted, filtered, late, rejected, duplicates } = job.ledger.total()
  const reasons = [...job.ledger.reasons]
    .sort(([, a], [, b]) => b - a)
    .map(([name, n]) => `${name} ${number(n)}`)
  const parts = [
    `${number(counted)} counted`,
    filtered > 0 && `${number(filtered)} of no metric`,
    late > 0 && `${number(late)} late`,
    rejected > 0 && `${number(rejected)} rejected (${reasons.join(', ')})`,
    duplicates > 0 && `${number(duplicates)} duplicates`,
  ]
  return `${number(read)} read: ${parts.filter(Boolean).join(', ')}`
}

/** Where event time is: "windows closed through 2026-01-31T12:00:10Z". */
export function describeProgress(job: Job): string {
  const { currentMs } = job.watermarks
  if (!Number.isFinite(currentMs)) return 'no window closed yet'
  return `windows closed through ${new Date(currentMs).toISOString().replace('.000Z', 'Z')}`
}

/** What late events mean and where they are, when a run had many of them. */
export function lateHint(job: Job, where: string): string | undefined {
  const { read, late } = job.ledger.total()
  if (late === 0) return undefined
  const share = `${((100 * late) / read).toFixed(1)} %`
  return (
    `${number(late)} events (${share}) came more than the allowed disorder behind their partition and are in ${where}.` +
    (late > read / 10
      ? '\n  If these are files replayed one after the other, replay the older one first, or allow more disorder in streaming.yaml.'
      : '')
  )
}

/** Logs a line every `everyMs` in which something was read. Timers only look; the job alone changes state. */
export function reportWhileRunning(
  job: Job,
  lag: () => number,
  log: Log,
  everyMs: number,
): () => void {
  let lastRead = job.ledger.total().read
  const timer = setInterval(() => {
    const { read } = job.ledger.total()
    if (read === lastRead) return
    const rate = number(Math.round(((read - lastRead) * 1000) / everyMs))
    lastRead = read
    log.info(
      `${describeLedger(job)} · ${rate}/s · ${number(lag())} behind · ${describeProgress(job)}`,
    )
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
