import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { installOnce, isCached } from './cache.ts'
import { withLock } from './lock.ts'

let dir: string
const context = { say: () => {}, signal: new AbortController().signal }
const { WINDROW_SERVICES } = process.env
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'windrow-lock-'))
  process.env.WINDROW_SERVICES = dir
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
  delete process.env.WINDROW_SERVICES
  if (WINDROW_SERVICES !== undefined) process.env.WINDROW_SERVICES = WINDROW_SERVICES
})

it('lets one in at a time', async () => {
  let inside = 0
  let most = 0
  const visit = () =>
    withLock(join(dir, 'lock'), context, async () => {
      most = Math.max(most, ++inside)
      await delay(20)
      inside--
    })
  await Promise.all([visit(), visit(), visit()])
  expect(most).toBe(1)
  expect(existsSync(join(dir, 'lock'))).toBe(false)
})

it('takes over the lock of a process that has ended', async () => {
  writeFileSync(join(dir, 'lock'), `${2 ** 22 + 1} ticks 5`)
  expect(await withLock(join(dir, 'lock'), context, async () => 'in')).toBe('in')
})

it('stops waiting when told to', async () => {
  const stop = new AbortController()
  await withLock(join(dir, 'lock'), context, async () => {
    const waiting = withLock(join(dir, 'lock'), { ...context, signal: stop.signal }, async () => {})
    stop.abort()
    await expect(waiting).rejects.toThrow(/abort/)
  })
})

it('installs into the cache once', async () => {
  let builds = 0
  const build = async (into: string) => {
    builds++
    await delay(20)
    writeFileSync(join(into, 'program'), '')
  }
  await Promise.all([installOnce('p-1', context, build), installOnce('p-1', context, build)])
  expect(builds).toBe(1)
  expect(existsSync(join(dir, 'p-1', 'program'))).toBe(true)
})

it('leaves nothing half made in the cache', async () => {
  const fails = installOnce('p-1', context, async (into) => {
    writeFileSync(join(into, 'program'), 'half')
    throw new Error('the network is gone')
  })
  await expect(fails).rejects.toThrow('the network is gone')
  expect(isCached('p-1')).toBe(false)
  expect(existsSync(join(dir, '.p-1.unfinished'))).toBe(false)
})
