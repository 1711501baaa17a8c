// Tells one process from a later one that got the same pid, so that a stale pid file never names a
// stranger.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const hasProc = existsSync('/proc/self/stat')

/**
 * The start time of a running process as an opaque text; undefined when there is none, or only a
 * zombie.
 */
export function identityOf(pid: number): string | undefined {
  return hasProc
    ? identityFromStat(readOrEmpty(`/proc/${pid}/stat`))
    : identityFromPs(ps(pid, 'lstart'))
}

/**
 * From a line of `/proc/<pid>/stat`. The command's name in it may contain spaces and parentheses. A
 * zombie with more than one thread is still ending: its other threads hold its ports and files.
 */
export function identityFromStat(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, threads, startTicks] = [fields[0], Number(fields[17]), fields[19]]
  const hasEnded = state === 'X' || (state === 'Z' && threads <= 1)
  if (startTicks === undefined || hasEnded) return undefined
  return `ticks ${startTicks}`
}

function identityFromPs(started: string): string | undefined {
  return started === '' ? undefined : started
}

/** Resident memory of a process; undefined when there is none. */
export function residentBytes(pid: number): number | undefined {
  const kibibytes = hasProc
    ? /^VmRSS:\s+(\d+) kB$/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1]
    : ps(pid, 'rss')
  return kibibytes === undefined || kibibytes === '' ? undefined : Number(kibibytes) * 1024
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function ps(pid: number, field: string): string {
  try {
    const stdio = ['ignore', 'pipe', 'ignore'] as const
    return execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: [...stdio],
    }).trim()
  } catch {
    return ''
  }
}
