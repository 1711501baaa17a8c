import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { identityOf } from './identity.ts'
import { outputOf, run, tailOf, which } from './run.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'windrow-run-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const shell = (script: string, signal = new AbortController().signal, said: string[] = []) => {
  const logFile = join(dir, 'logs', 'log')
  const step = { label: 'builds', command: 'sh', args: ['-c', script], cwd: dir, logFile }
  return run(step, { say: (line) => said.push(line), signal })
}

it('keeps the output and says what it does', async () => {
  const said: string[] = []
  await shell('echo out; echo err >&2', undefined, said)
  expect(readFileSync(join(dir, 'logs', 'log'), 'utf8')).toBe('out\nerr\n')
  expect(said).toEqual(['builds'])
})

it('shows the end of the output of a command that fails', async () => {
  await expect(shell('echo no network; exit 7')).rejects.toThrow(
    /builds: .*ended with 7.*no network/s,
  )
})

it('ends what the command started, and only then rejects', async () => {
  const stop = new AbortController()
  const running = shell('sh -c "trap \'\' TERM; echo \\$\\$ > pid; sleep 60" & wait', stop.signal)
  const rejected = expect(running).rejects.toThrow(/abort/)
  let pid = 0
  while (pid === 0) {
    await delay(20)
    pid = Number((await outputOf('cat', [join(dir, 'pid')])) ?? 0)
  }
  expect(identityOf(pid)).toBeDefined()
  stop.abort()
  await rejected
  expect(identityOf(pid)).toBeUndefined()
})

it('shows the last lines of a log', () => {
  expect(tailOf(join(dir, 'none'))).toBe('  (no log)')
})

it('finds programs, and the output of those that run', async () => {
  expect(which('no-such-program', 'sh')).toMatch(/\/sh$/)
  expect(which('no-such-program')).toBeUndefined()
  expect(await outputOf('sh', ['-c', 'echo one; echo two >&2'])).toBe('one\ntwo\n')
  expect(await outputOf('sh', ['-c', 'exit 1'])).toBeUndefined()
})
