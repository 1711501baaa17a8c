// For tests: records are set aside, the cause is mended, and they are replayed; with any event log.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { revenueByCategory } from '../../../data/ecommerce/revenue-by-category.ts'
import { json } from '../../../streaming/testing/bad-lines.ts'
import type { Place } from '../../../streaming/testing/place.ts'
import { runToEnd } from '../../testing/programs.ts'

const TOO_LARGE = json({ event_id: 'e2', page: 'x'.repeat(2_000_000) })
const NO_JSON = json({ event_id: 'e3' }).slice(0, -1)

/** `place`: of its own; its topic takes records of 2 MB. */
export function describeMended(title: string, placeOf: () => Promise<Place>): void {
  test(`what was set aside is counted once when its cause is mended, or late: ${title}`, async () => {
    const place = await placeOf()
    const deadLetters = async (...args: readonly string[]) =>
      (await runToEnd('dead-letters', args, place.environment)).out
    const kept = async (...args: readonly string[]) =>
      JSON.parse(await deadLetters('list', '--json', ...args)) as Record<string, unknown>[]
    const produce = (name: string, ...lines: readonly string[]) => {
      const file = join(place.dir, name)
      writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
      return place.produce(file, 1, '--unchecked')
    }
    const once = async (settings: string) => {
      const file = join(place.dir, 'mended.yaml')
      writeFileSync(file, settings)
      return runToEnd('stream', ['--once', '--config', file], place.environment)
    }
    const revenue = async () =>
      [...(await place.points(revenueByCategory))].map(([, one]) => one.revenue)

    // A good one and two that are none; the window of all three stays open.
    await produce('bad.ndjson', json({ event_id: 'e1' }), TOO_LARGE, NO_JSON)
    expect((await once('{}')).err).toContain('3 read: 1 counted, 2 rejected')
    expect(await kept()).toMatchObject([
      { partition: 0, offset: 1, reason: 'too_large' },
      { partition: 0, offset: 2, reason: 'json', value: NO_JSON },
    ])
    expect(await revenue()).toEqual([9.99])

    // The limit is raised: the event counts, and only once.
    const mended = 'max_event_bytes: 4000000\n'
    expect(await deadLetters('replay', '--dry-run')).toContain('would replay 2 dead letters')
    expect(await deadLetters('replay', '--reason', 'too_large')).toContain('1 dead letter appended')
    expect(await deadLetters('replay', '--reason', 'too_large')).toBe('')
    await once(mended)
    expect(await revenue()).toEqual([19.98])

    // What is still no event comes back at its new place.
    expect(await deadLetters('replay')).toContain('1 dead letter appended')
    await once(mended)
    const [tooLarge, noJson, again] = await kept()
    expect([tooLarge.replayed, noJson.replayed, again.replayed]).toEqual([
      expect.any(String),
      expect.any(String),
      undefined,
    ])
    expect(again).toMatchObject({ reason: 'json', offset: 4, value: NO_JSON })

    // One from the future, once it may be that far ahead; its window is the last, and closes the others.
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString()
    await produce('future.ndjson', json({ event_id: 'e4', event_time: inAnHour }))
    await once(mended)
    expect(await deadLetters('replay', '--reason', 'future')).toContain('1 dead letter appended')
    await once(`${mended}max_ahead: 2h\n`)
    expect(await revenue()).toEqual([19.98, 9.99])

    // The window has closed: what comes for it now is late.
    expect(await deadLetters('replay', '0/1', '--again')).toContain('1 dead letter appended')
    await once(mended)
    expect(await revenue()).toEqual([19.98, 9.99])
    const [late, ...others] = await kept('--late')
    expect(others).toEqual([])
    expect(late).toMatchObject({ reason: 'late', partition: 0, lateByMs: expect.any(Number) })
    expect(late.lateByMs).toBeGreaterThan(86_400_000)
    const offset = String(late.offset)
    expect(await deadLetters('show', `0/${offset}`, '--raw', '--late')).toBe(TOO_LARGE)
    const { out } = await runToEnd('late', [], place.environment)
    expect(out).toMatch(/^0 .* 1\n/m)
  })
}
