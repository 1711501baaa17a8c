// Runs the commands that get a service (mvn, go, apt-get): output into a log, a line now and then while it lasts, and
// an error that shows the end of the log.
import { execFile, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
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

/** Runs to the end at low priority. Ends the command and everything it started when `signal` is aborted. */
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
  const stop = () => child.pid !== undefined && killGroup(child.pid)
  signal.addEventListener('abort', stop)
  try {
    const ended = await new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, killed) =>
        resolve(code === 0 ? '' : `ended with ${killed ?? code}`),
      )
      if (child.pid !== undefined) lowerPriority(child.pid)
    })
    signal.throwIfAborted()
    if (ended !== '') {
      const line = [step.command, ...step.args].join(' ')
      throw new Error(
        `${step.label}: \`${line}\` ${ended} after ${elapsed()}. The end of ${step.logFile}:\n${tailOf(step.logFile)}`,
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

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGTERM')
  } catch {
    // It has ended already.
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

/** The path of the first program of `names` that is installed; system directories count also when not in PATH. */
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
