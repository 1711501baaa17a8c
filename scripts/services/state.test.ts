import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identityFromStat, identityOf, residentBytes } from './identity.ts'
import { removeState, runningState, type ServerState, writeState } from './state.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'windrow-state-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const mine = (): ServerState => ({
  pid: process.pid,
  identity: identityOf(process.pid) as string,
  ports: { broker: 9092 },
  version: '4.0.0',
  how: 'jars',
  ready: true,
})

describe('the record of a server', () => {
  it('is read back while its process lives', () => {
    writeState(dir, 'kafka', mine())
    expect(runningState(dir, 'kafka')).toEqual(mine())
    expect(runningState(dir, 'mariadb')).toBeUndefined()
    removeState(dir, 'kafka')
    expect(runningState(dir, 'kafka')).toBeUndefined()
  })

  it('is stale when another process has its pid now', () => {
    writeState(dir, 'kafka', { ...mine(), identity: 'ticks 1' })
    expect(runningState(dir, 'kafka')).toBeUndefined()
  })

  it('is stale when its process has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
    await once(child, 'spawn')
    const pid = child.pid as number
    writeState(dir, 'kafka', { ...mine(), pid, identity: identityOf(pid) as string })
    expect(runningState(dir, 'kafka')?.pid).toBe(pid)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(runningState(dir, 'kafka')).toBeUndefined()
  })

  it('counts as none when it is cut off or not a record', () => {
    mkdirSync(join(dir, 'kafka'))
    for (const text of ['', '{"pid": 1', '{"pid": "one"}', 'null']) {
      writeFileSync(join(dir, 'kafka', 'state.json'), text)
      expect(runningState(dir, 'kafka')).toBeUndefined()
    }
  })
})

describe('the identity of a process', () => {
  const stat = (state: string, threads = 1) =>
    `42 (a (odd) name) ${state} 1 42 42 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 ${threads} 0 98765 1 50`

  it('is its start time, whatever its name', () => {
    expect(identityFromStat(stat('S'))).toBe('ticks 98765')
  })

  it('is none for a zombie, which nobody has waited for', () => {
    expect(identityFromStat(stat('Z'))).toBeUndefined()
  })

  it('is kept while threads of a zombie still hold its ports and files', () => {
    expect(identityFromStat(stat('Z', 3))).toBe('ticks 98765')
  })

  it('is none where there is no process', () => {
    expect(identityFromStat('')).toBeUndefined()
    expect(identityOf(2 ** 22 + 1)).toBeUndefined()
  })
})

it('tells the memory of a process', () => {
  expect(residentBytes(process.pid)).toBeGreaterThan(10e6)
  expect(residentBytes(2 ** 22 + 1)).toBeUndefined()
})
