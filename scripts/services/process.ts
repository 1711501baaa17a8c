// Servers as processes: started with a log, waited for until they answer, stopped for certain.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { formatDuration } from '../../kit/duration.ts'
import { identityOf } from './identity.ts'
import { tailOf } from './run.ts'
import type { Launch } from './service.ts'

const pollMs = 50
const killAfterMs = 20_000

export interface Started {
  readonly pid: number
  readonly identity: string
}

/**
 * Starts a server, its output appended to `log`, in `dir`. One that does not outlive us is of our
 * process group, and ends with it.
 */
export async function startServer(
  launch: Launch,
  { dir, log, outlivesUs }: { dir: string; log: string; outlivesUs: boolean },
): Promise<Started> {
  const fd = openSync(log, 'a')
  const child: ChildProcess = spawn(launch.command, launch.args, {
    cwd: dir,
    detached: outlivesUs,
    stdio: ['ignore', fd, fd],
    env: { ...process.env, ...launch.env },
  })
  closeSync(fd)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) =>
      reject(new Error(`${launch.command} cannot be started: ${error.message}`)),
    )
  })
  child.unref()
  const pid = child.pid as number
  const identity = identityOf(pid)
  if (identity === undefined) {
    throw new Error(`${launch.command} ended at once. The end of ${log}:\n${tailOf(log)}`)
  }
  return { pid, identity }
}

export interface Waiting {
  readonly title: string
  readonly process: Started
  readonly log: string
  readonly withinMs: number
  readonly signal: AbortSignal
  readonly probe: () => Promise<string>
}

/**
 * Asks until the server answers; throws with the end of its log when it dies or the time is over.
 */
export async function untilReady(waiting: Waiting): Promise<string> {
  const { title, process: server, log, withinMs, signal, probe } = waiting
  const endMs = performance.now() + withinMs
  while (true) {
    let refusal: string
    try {
      return await probe()
    } catch (error) {
      refusal = (error as Error).message
    }
    signal.throwIfAborted()
    if (identityOf(server.pid) !== server.identity) {
      throw new Error(`${title} ended while starting. The end of ${log}:\n${tailOf(log)}`)
    }
    if (performance.now() > endMs) {
      const within = formatDuration(withinMs)
      throw new Error(
        `${title} did not get ready within ${within} (${refusal}). ` +
          `The end of ${log}:\n${tailOf(log)}`,
      )
    }
    await delay(pollMs, undefined, { signal })
  }
}

/**
 * SIGTERM; SIGKILL to it and its own group when it is still there after a while. Resolves when it
 * is gone.
 */
export async function stopProcess(server: Started, afterMs = killAfterMs): Promise<void> {
  const lives = () => identityOf(server.pid) === server.identity
  if (!lives()) return
  signalIfThere(server.pid, 'SIGTERM')
  const endMs = performance.now() + afterMs
  while (lives()) {
    if (performance.now() > endMs) killNow(server)
    await delay(pollMs)
  }
}

/** SIGKILL, to it and its own group. Resolves when it is gone. */
export async function killProcess(server: Started): Promise<void> {
  if (identityOf(server.pid) === server.identity) killNow(server)
  while (identityOf(server.pid) === server.identity) await delay(pollMs)
}

function killNow({ pid }: Started): void {
  signalIfThere(-pid, 'SIGKILL')
  signalIfThere(pid, 'SIGKILL')
}

function signalIfThere(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
