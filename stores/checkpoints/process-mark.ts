// Tells whether the process that held a lease has ended, so that a job that was killed and is started again on the same
// machine goes on at once. Only certainty counts: in doubt the answer is "not gone", and the waiter waits for silence.
import { readFileSync, readlinkSync } from 'node:fs'

/** A process of this machine, as no other will ever be called; or '' where the system does not tell so much. */
export const processMark = (): string => {
  ownMark ??= markOf(process.pid) ?? ''
  return ownMark
}
let ownMark: string | undefined

/** Whether the process with this mark has surely ended. Of another machine, container or boot: never sure. */
export function isProcessGone(mark: string): boolean {
  const own = processMark()
  const [scope, pid] = mark.split(' ')
  if (own === '' || own.split(' ')[0] !== scope) return false
  return markOf(Number(pid)) !== mark
}

/** `<boot>/<namespace of process ids> <pid> <start>`: ids are used again, a start time with the same id is not. */
function markOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const namespace = readlinkSync('/proc/self/ns/pid')
    // The name in parentheses may hold anything; after it, the start time is the 20th value.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return `${boot}/${namespace} ${pid} ${start}`
  } catch {
    return undefined
  }
}
