// Runs a program and tells what it used, with all processes it started: CPU time by the shell that waits for it, memory
// by what Linux says of each process.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import type { Command } from './system.ts'

const SAMPLE_MS = 250
const GIVE_UP_MS = 30 * 60_000
/** The shell's `times` counts every process that was waited for, down the tree; its words go to a channel of their own. */
const TIMED = '"$@" 3>&-; code=$?; times >&3; exit $code'

export interface Used {
  readonly output: string
  /** User and system time of all its processes, in seconds. */
  readonly cpuS: number
  /** The sum of each process's largest resident memory, in MiB; 0 where the system does not tell (macOS). */
  readonly peakMiB: number
}

/** `under`: a command to put before it, such as `taskset -c 0`. Throws with its words when the program fails. */
export async function runTree(
  { argv, env, cwd }: Command,
  under: readonly string[],
  signal: AbortSignal,
): Promise<Used> {
  const [file, ...args] = [...under, 'sh', '-c', TIMED, 'sh', ...argv]
  const child = spawn(file, args, {
    // A group of its own, so that all of it can be ended.
    detached: true,
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const texts = ['', '', '', '']
  for (const at of [1, 2, 3])
    child.stdio[at]?.on('data', (bytes) => {
      texts[at] += bytes
    })
  const peaks = new Map<number, number>()
  const sampler = setInterval(() => child.pid !== undefined && sample(child.pid, peaks), SAMPLE_MS)
  const stop = AbortSignal.any([signal, AbortSignal.timeout(GIVE_UP_MS)])
  const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL')
  stop.addEventListener('abort', end)
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    signal.throwIfAborted()
    const ended = stop.aborted
      ? `had not ended after ${GIVE_UP_MS / 60_000} minutes`
      : `ended with ${code}`
    if (code !== 0) throw new Error(`${argv[0]} ${ended}:\n${tailOf(`${texts[2]}${texts[1]}`)}`)
  } finally {
    clearInterval(sampler)
    stop.removeEventListener('abort', end)
  }
  const kiB = [...peaks.values()].reduce((sum, peak) => sum + peak, 0)
  return { output: texts[1], cpuS: childrensSeconds(texts[3]), peakMiB: kiB / 1024 }
}

/** From what POSIX `times` prints: the shell's own user and system time, then those of its children. */
export function childrensSeconds(times: string): number {
  const children = times.trim().split('\n').at(-1) ?? ''
  const found = [...children.matchAll(/(\d+)m([\d.,]+)s/g)]
  if (found.length !== 2) throw new Error(`expected the output of "times", got "${times}"`)
  return found
    .map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds.replace(',', '.')))
    .reduce((sum, seconds) => sum + seconds, 0)
}

const tailOf = (text: string, lines = 12): string =>
  text.trimEnd().split('\n').slice(-lines).join('\n')

/** Notes the largest resident memory so far, in kiB, of a process and of all it started. */
function sample(root: number, peaks: Map<number, number>): void {
  const parents = parentsOfAll()
  const isIn = (pid: number): boolean => {
    const parent = parents.get(pid)
    return pid === root || (parent !== undefined && isIn(parent))
  }
  for (const pid of parents.keys())
    if (isIn(pid)) peaks.set(pid, peakKiB(pid) ?? peaks.get(pid) ?? 0)
}

function parentsOfAll(): Map<number, number> {
  const parents = new Map<number, number>()
  for (const name of entriesOf('/proc')) {
    if (!/^\d+$/.test(name)) continue
    // The name of the program, in parentheses, may have anything in it.
    const parent = /^.*\) \S (\d+)/s.exec(textOf(`/proc/${name}/stat`))?.[1]
    if (parent !== undefined) parents.set(Number(name), Number(parent))
  }
  return parents
}

function peakKiB(pid: number): number | undefined {
  const found = /^VmHWM:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/status`))?.[1]
  return found === undefined ? undefined : Number(found)
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

/** Empty when it has gone meanwhile. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
