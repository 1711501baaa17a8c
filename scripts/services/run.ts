// Runs the commands that get a service (mvn, go, apt-get): output into a log, a line now and then
// while it lasts, and an error that shows the end of the log.
import { execFile, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { formatDuration } from '../../kit/duration.ts'
import type { InstallContext } from './service.ts'

const sayEveryMs = 20_000

export interface Command {
  readonly label: string
  readonly command: string
  readonly args: readonly string[]
  readonly logFile: string
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Runs to the end, at low priority unless in CI, where nobody waits for the machine. When `signal`
 * is aborted the command and everything it started is ended before this rejects, so that nothing
 * writes into its files any more.
 */
export async function run(step: Command, { say, signal }: InstallContext): Promise<void> {
  signal.throwIfAborted()
  mkdirSync(dirname(step.logFile), { recursive: true })
  const log = openSync(step.logFile, 'a')
  const startedMs = performance.now()
  const elapsed = () => formatDuration(Math.round((performance.now() - startedMs) / 1000) * 1000)
  // A process group of its own, so that compilers started by the command end with it.
  const child = spawn(step.command, step.args, {
    detached: true,
    stdio: ['ignore', log, log],
    ...(step.cwd === undefined ? {} : { cwd: step.cwd }),
    ...(step.env === undefined ? {} : { env: { ...process.env, ...step.env } }),
  })
  closeSync(log)
  say(step.label)
  const ticker = setInterval(() => say(`${step.label} (${elapsed()})`), sayEveryMs)
  const stop = () => child.pid !== undefined && signalGroup(child.pid, 'SIGTERM')
  signal.addEventListener('abort', stop)
  try {
    const ended = await new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, killed) =>
        resolve(code === 0 ? '' : `ended with ${killed ?? code}`),
      )
      if (child.pid !== undefined && process.env.CI !== 'true') lowerPriority(child.pid)
    })
    if (signal.aborted && child.pid !== undefined) await groupGone(child.pid)
    signal.throwIfAborted()
    if (ended !== '') {
      const line = [step.command, ...step.args].join(' ')
      throw new Error(
        `${step.label}: \`${line}\` ${ended} after ${elapsed()}. ` +
          `The end of ${step.logFile}:\n${tailOf(step.logFile)}`,
      )
    }
  } finally {
    clearInterval(ticker)
    signal.removeEventListener('abort', stop)
  }
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It has ended already, or the system does not let us: only a courtesy.
  }
}

/** Whether there is anything in the group to get the signal; 0 only asks. */
function signalGroup(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, name)
  } catch {
    return false
  }
}

async function groupGone(pid: number): Promise<void> {
  const killAtMs = performance.now() + 2000
  // Where no init process waits for orphans their zombies stay in the group: they are not waited
  // for forever.
  const giveUpAtMs = killAtMs + 500
  while (signalGroup(pid, 0) && performance.now() < giveUpAtMs) {
    if (performance.now() > killAtMs) signalGroup(pid, 'SIGKILL')
    await delay(20)
  }
}

/** The last lines of a log, indented. */
export function tailOf(file: string, lines = 15): string {
  if (!existsSync(file)) return '  (no log)'
  const text = readFileSync(file, 'utf8').trimEnd()
  return text === ''
    ? '  (empty)'
    : text
        .split('\n')
        .slice(-lines)
        .map((line) => `  ${line}`)
        .join('\n')
}

const execFileAsync = promisify(execFile)

/** Standard output and error of a short command, or undefined when it cannot be run or fails. */
export async function outputOf(
  command: string,
  args: readonly string[],
  timeoutMs = 10_000,
): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await execFileAsync(command, [...args], { timeout: timeoutMs })
    return `${stdout}${stderr}`
  } catch {
    return undefined
  }
}

/**
 * The path of the first program of `names` that is installed; system directories count also when
 * not in PATH.
 */
export function which(...names: readonly string[]): string | undefined {
  const system = [
    '/usr/sbin',
    '/usr/local/sbin',
    '/usr/local/bin',
    '/usr/local/go/bin',
    '/opt/homebrew/bin',
    '/usr/libexec',
  ]
  const dirs = [...(process.env.PATH ?? '').split(delimiter).filter((dir) => dir !== ''), ...system]
  return names
    .flatMap((name) => dirs.map((dir) => join(dir, name)))
    .find((file) => existsSync(file))
}
