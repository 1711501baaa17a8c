import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { sqliteDemographics } from '../stores/demographics/sqlite.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'windrow-loader-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const HEADER = 'user_id,gender,age,country,city,income_bracket,signup_date'

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the loader; `stopAt`: Ctrl-C once standard error has this text. */
function run(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  stopAt?: string,
): Promise<Ended> {
  const { MYSQL_HOST, ...clean } = process.env
  const child = spawn(process.execPath, ['cli/windrow.js', 'seed', ...args], {
    cwd: root,
    env: { ...clean, WINDROW_DATA: join(dir, 'data'), ...environment },
  })
  let [out, err] = ['', '']
  let isStopped = false
  child.stdout.on('data', (bytes) => {
    out += bytes
  })
  child.stderr.on('data', (bytes) => {
    err += bytes
    if (stopAt === undefined || isStopped || !err.includes(stopAt)) return
    // Once: a second one, after the program has let go of signals, would kill it.
    isStopped = true
    child.kill('SIGINT')
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

function csv(name: string, ...rows: string[]): string {
  const file = join(dir, name)
  writeFileSync(file, `${rows.join('\n')}\n`)
  return file
}

describe('windrow seed', () => {
  it('inserts, then updates', async () => {
    const first = await run(['--users', '3000', '--seed', '7'])
    expect(first).toMatchObject({ code: 0 })
    expect(first.out).toMatch(/^3,000 inserted, 0 updated, 0 rejected in /)
    expect(first.err).toMatch(/stores: demographics SQLite .*demographics\.db/)
    const second = await run(['--users', '3000', '--seed', '7'])
    expect(second.out).toMatch(/^0 inserted, 3,000 updated, 0 rejected in /)
    const store = sqliteDemographics(join(dir, 'data', 'demographics.db'))
    expect(await store.count()).toBe(3000)
    await store.close()
  })

  it('tells rejected rows by line, loads the others, and keeps all rejected ones when many', async () => {
    const rows = Array.from({ length: 30 }, (_, n) => `r${n},?,30,AT,Wien,x,2024-01-31`)
    const file = csv('some.csv', HEADER, 'good,F,30,AT,Wien,x,2024-01-31', ...rows)
    const ended = await run(['--file', file])
    expect(ended.code).toBe(0)
    expect(ended.out).toMatch(/^1 inserted, 0 updated, 30 rejected/)
    expect(ended.err).toContain(`${file}:3: gender: expected one of F, M, X, got "?"`)
    expect(ended.err.split('\n').filter((line) => line.startsWith(`${file}:`))).toHaveLength(20)
    const kept = readFileSync(join(dir, 'data', 'rejected', 'some.csv.ndjson'), 'utf8')
    const lines = kept
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).line)
    expect(lines).toEqual(Array.from({ length: 30 }, (_, n) => n + 3))
  })

  it('fails when nothing could be loaded, or not all could be read', async () => {
    const none = await run(['--file', csv('none.csv', HEADER, 'a,F,7,AT,Wien,x,2024-01-31')])
    expect(none).toMatchObject({ code: 1 })
    expect(none.err).toContain('Nothing was loaded')
    const row = 'b,F,30,AT,Wien,x,2024-01-31'
    const broken = await run(['--file', csv('broken.csv', HEADER, row, '"c,F,30')])
    expect(broken).toMatchObject({ code: 1 })
    expect(broken.out).toMatch(/^1 inserted/)
    expect(broken.err).toMatch(/after the row on line 2: a quote is opened and never closed/)
  })

  it('ends with 2 on wrong usage and wrong headers, before it makes anything', async () => {
    const data = { WINDROW_DATA: join(dir, 'untouched') }
    const header = await run(['--file', csv('header.csv', 'user,gender', 'a,F')], data)
    expect(header).toMatchObject({ code: 2, out: '' })
    expect(header.err).toMatch(/column "user_id" is missing.*column "signup_date" is missing/s)
    expect(await run(['--users', '0'], data)).toMatchObject({ code: 2, out: '' })
    expect(await run(['--sead', '1'], data)).toMatchObject({ code: 2, out: '' })
    expect(await run(['--file', 'x.csv', '--users', '5'], data)).toMatchObject({ code: 2 })
    expect(existsSync(join(data.WINDROW_DATA, 'demographics.db'))).toBe(false)
    expect(await run(['--help'], data)).toMatchObject({ code: 0, err: '' })
  })

  it('waits for a server that is away, says so without the password, and stops on Ctrl-C', async () => {
    const away = {
      MYSQL_HOST: '127.0.0.1',
      MYSQL_PORT: '1',
      MYSQL_USER: 'u',
      MYSQL_PASSWORD: 'hush-hush',
    }
    const ended = await run(['--users', '10'], away, 'waiting; retries')
    expect(ended.code).toBe(130)
    expect(ended.err).toMatch(/MySQL 127\.0\.0\.1:1\) cannot be reached: connect ECONNREFUSED/)
    expect(ended.err).toContain('Stopped before the end')
    expect(ended.err + ended.out).not.toContain('hush-hush')
  })
})
