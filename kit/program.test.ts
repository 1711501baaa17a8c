import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'

const dir = mkdtempSync(join(tmpdir(), 'windrow-program-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const ours = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)

/** Runs `runProgram(async (signal) => { body })`; `ready` on standard output brings the signals. */
function run(body: string, signals: readonly NodeJS.Signals[] = [], stopWithinMs = 60_000) {
  const code = `
    import { setTimeout as delay } from 'node:timers/promises'
    import { runProgram } from ${ours('./program.ts')}
    import { ConfigError, RefusedError, UnavailableError } from ${ours('./errors.ts')}
    await runProgram(async (signal) => {
      ${body}
    }, ${stopWithinMs})`
  const args = ['--import', tsx, '--input-type=module', '-e', code]
  const child = spawn(process.execPath, args, {
    cwd: dir,
    env: { ...process.env, GIVEN: 'outside' },
  })
  let [out, err] = ['', '']
  let sent = 0
  child.stdout.on('data', (bytes) => {
    out += bytes
    for (; sent < out.split('ready').length - 1 && sent < signals.length; sent++)
      child.kill(signals[sent])
  })
  child.stderr.on('data', (bytes) => {
    err += bytes
  })
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (exit) => resolve({ code: exit, out, err })),
  )
}

const keptSecret = `
  const { keepSecret } = await import(${ours('./secrets.ts')})
  keepSecret('a-kept-secret')
  const bug = Object.assign(new Error('sent a-kept-secret'), { header: 'a-kept-secret' })`

const untilStopped = `await new Promise((resolve) => {
  const alive = setInterval(() => {}, 1_000)
  signal.addEventListener('abort', () => { clearInterval(alive); resolve() })
  console.log('ready')
})`

describe('a program', () => {
  test('that ends well exits with 0', async () => {
    expect(await run(`console.log('done')`)).toEqual({ code: 0, out: 'done\n', err: '' })
  })

  test('that is wrongly configured tells every problem, without a stack, and exits with 2', async () => {
    const problems = [
      { where: 'a.yaml:1', what: 'expected more' },
      { where: 'PORT', what: 'expected a port' },
    ]
    const { code, err } = await run(`throw new ConfigError(${JSON.stringify(problems)})`)
    expect(code).toBe(2)
    expect(err).toBe(
      'The configuration is invalid (2 problems):\n  • a.yaml:1: expected more\n  • PORT: expected a port\n',
    )
  })

  test.each([
    ['RefusedError', 1],
    ['UnavailableError', 3],
  ])('that ends with %s tells it without a stack and exits with %d', async (name, code) => {
    expect(await run(`throw new ${name}('no such bucket')`)).toEqual({
      code,
      out: '',
      err: 'no such bucket\n',
    })
  })

  test('with a bug shows where, and exits with 1', async () => {
    const { code, err } = await run(`undefined.nothing`)
    expect(code).toBe(1)
    expect(err).toMatch(/TypeError: .*\n\s+at /)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'told to stop by %s ends what it does',
    async (name) => {
      const { code, out } = await run(`${untilStopped}; console.log('saved')`, [name])
      expect({ code, out }).toEqual({ code: 0, out: 'ready\nsaved\n' })
    },
  )

  test.each([
    ['', 'throw bug'],
    [' that nobody waits for', `setTimeout(() => { throw bug }); await delay(60_000)`],
    [' in a promise', `void Promise.reject(bug); await delay(60_000)`],
  ])('with a bug%s shows where, without a secret, and exits with 1', async (_, body) => {
    const { code, err } = await run(`${keptSecret}; ${body}`)
    expect(code).toBe(1)
    expect(err).toMatch(/^Error: sent \*{6}\n {4}at /)
    expect(err).not.toContain('a-kept-secret')
  })

  test('told to stop ends in time, also when something does not answer, or keeps the process alive', async () => {
    const hangs = ['await delay(60_000)', 'setInterval(() => {}, 1_000)']
    for (const hang of hangs) {
      const { code, err } = await run(`${untilStopped}; ${hang}; await delay(1)`, ['SIGTERM'], 50)
      expect({ code, err }).toEqual({
        code: 0,
        err: 'stopped without waiting longer for what does not answer\n',
      })
    }
  })

  test('told to stop twice ends at once', async () => {
    const { code } = await run(`${untilStopped}; console.log('ready'); await delay(60_000)`, [
      'SIGINT',
      'SIGINT',
    ])
    expect(code).toBe(130)
  })

  test('stopped while it waits for a store has not failed', async () => {
    const body = `${untilStopped}; throw new UnavailableError('away')`
    expect(await run(body, ['SIGTERM'])).toEqual({ code: 0, out: 'ready\n', err: '' })
  })

  test('stopped while it stands by has not failed', async () => {
    const body = `${untilStopped}; throw signal.reason`
    expect(await run(body, ['SIGTERM'])).toEqual({ code: 0, out: 'ready\n', err: '' })
  })

  test('reads .env where it was started; what is set already wins', async () => {
    writeFileSync(join(dir, '.env'), 'GIVEN=file\nNEW=file\n')
    const { out } = await run(`console.log(process.env.GIVEN, process.env.NEW)`)
    expect(out).toBe('outside file\n')
  })
})
