// `windrow` as scripts use it: one JSON document on standard output, and exit codes that tell what is the matter.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { EXIT } from '../kit/exit-codes.ts'
import { RunningProgram } from '../scripts/testing/programs.ts'
import type { CommandName } from './catalog.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-cli-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const run = (name: CommandName, args: string, stores: NodeJS.ProcessEnv = {}) =>
  new RunningProgram(name, args.split(' ').filter(Boolean), { WINDROW_DATA: dir, ...stores }).ended

async function json(name: CommandName, args: string) {
  const { code, out, err } = await run(name, `${args} --json`)
  expect(code, err).toBe(EXIT.ok)
  return JSON.parse(out)
}

test('from people to points everything is told as JSON, and the numbers agree', async () => {
  expect(await json('seed', '--users 50')).toMatchObject({ inserted: 50, isComplete: true })
  const shop = '--users 50 --count 500 --speed max --arrivals steady --start 2026-01-31T12:00:00Z'
  expect(await json('produce', shop)).toMatchObject({ sent: 500, unacknowledged: 0 })
  const { run: worked, total, behind } = await json('stream', '--once')
  expect({ worked: worked.read, read: total.read, behind }).toEqual({
    ...{ worked: 500, read: 500, behind: 0 },
  })
  expect((await json('audit', '')).total.counted).toBe(total.counted)
  const points: { events: number }[] = await json('points', 'events_by_segment --by none')
  expect(points.reduce((sum, { events }) => sum + events, 0)).toBe(total.counted)
})

test('a misspelt metric is wrong usage, and a store that is away is neither that nor a no', async () => {
  const misspelt = await run('points', 'events_by_segmnt')
  expect(misspelt).toMatchObject({ code: EXIT.usage, out: '' })
  expect(misspelt.err).toContain('did you mean "events_by_segment"?')
  const away = await run('points', 'events_by_segment', { INFLUX_URL: 'http://127.0.0.1:1' })
  expect(away).toMatchObject({ code: EXIT.unavailable, out: '' })
})
