import { describe, expect, test } from 'vitest'
import { revenueByCategory } from '../../data/ecommerce/revenue-by-category.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { memoryCheckpoints } from '../../stores/checkpoints/memory-place.ts'
import { readSnapshot } from '../../streaming/checkpoint/encode.ts'
import type { Snapshot } from '../../streaming/checkpoint/snapshot.ts'
import { BASE_MS, purchase, type Value } from '../../streaming/testing/events.ts'
import { World } from '../../streaming/testing/run-turns.ts'
import { metricJson } from './why-json.ts'
import { metricText, overallText, windowText } from './why-text.ts'
import { type WhyFacts, whyWindow } from './why-window.ts'

/** What is asked of a job that has read these partitions; `unread` records more are in the log by now. */
async function factsOf(
  partitions: Value[][],
  { unread = [], ...more }: Partial<WhyFacts> & { readonly unread?: readonly number[] } = {},
): Promise<WhyFacts> {
  const world = new World(partitions)
  await world.run({ quietMs: 400 })
  const loaded = await memoryCheckpoints(world.place).load()
  const snapshot = readSnapshot(loaded?.parts ?? []) as Snapshot
  // By the clock of the events, so that "now" means something.
  const savedAtMs = BASE_MS + 20_000
  const ends = new Map(partitions.map((values, p) => [p, values.length + (unread[p] ?? 0)]))
  return {
    snapshot: { ...snapshot, savedAtMs },
    ...{ ends, holder: 'host, process 1', idleAfterMs: 30_000, closeOnIdle: true },
    nowMs: savedAtMs + 2_000,
    ...more,
  }
}

const at = (...times: number[]): Value[] => times.map((ms) => purchase(ms))
const about = (timeMs: number, facts: WhyFacts) => {
  const answer = whyWindow(revenueByCategory, BASE_MS + timeMs, facts)
  return { answer, text: [...windowText(revenueByCategory, answer, facts)].join('') }
}

describe('why a window is not closed', () => {
  test('a partition holds it: which, how far it is, and what is missing', async () => {
    const facts = await factsOf([at(0, 30_000), at(0, 3_000)])
    const { answer, text } = about(3_000, facts)
    expect(answer.standing).toBe('open')
    expect(answer.heldBy.map(({ partition }) => partition)).toEqual([1])
    expect(text.split('\n')).toEqual([
      'revenue_by_category [2026-01-31T12:00:00Z, 12:00:10Z): open, 1 group so far',
      "The job's watermark is 11:59:58Z; it closes when that reaches 12:00:10Z, 12s further on.",
      '',
      'partition  position  lag  latest event          watermark             state            holds it',
      '─────────  ────────  ───  ────────────────────  ────────────────────  ───────────────  ────────',
      '        0         2    0  2026-01-31T12:00:30Z  2026-01-31T12:00:25Z  read to its end',
      '        1         2    0  2026-01-31T12:00:03Z  2026-01-31T11:59:58Z  read to its end  yes',
      '',
      'Partition 1 holds it: read up to 12:00:03Z (watermark 11:59:58Z), nothing left to read.',
      '  An event of 12:00:15Z or later, 12s further on, closes it, or 30s of silence.',
      'If no event comes, it closes by 12:00:50Z of the wall clock at the latest (in 28s).',
      '',
    ])
  })

  test('records are left to read: silence helps only after them', async () => {
    const { text } = about(3_000, await factsOf([at(0, 30_000), at(0, 3_000)], { unread: [0, 7] }))
    expect(text).toContain('(watermark 11:59:58Z), 7 records left when the job last saved.')
    expect(text).toContain('closes it, or 30s of silence after its end.')
    expect(text).toContain('Records are left to read: they may close it.')
  })

  test('several hold it: the one furthest behind is told, and one without any event too', async () => {
    const { text } = about(3_000, await factsOf([at(0, 1_000), at(0), ['{']]))
    expect(text).toContain(
      'Partitions 0, 1, 2 hold it, 2 is furthest behind: no event of it was read yet, nothing left to read.\n' +
        '  An event of 12:00:15Z or later on each of them closes it, or 30s of silence.',
    )
  })

  test('all are silent: the wall clock closes it', async () => {
    const silent = { nowMs: BASE_MS + 60_000 }
    const { answer, text } = about(70_000, await factsOf([at(0, 30_000), []], silent))
    expect(answer.standing).toBe('waiting')
    expect(text).toContain('[2026-01-31T12:01:10Z, 12:01:20Z): open, no event of it was read yet')
    expect(text).toContain('1         0    0  –')
    expect(text).toContain('empty, not waited for')
    expect(text).toContain(
      'No partition holds it, all are silent: it closes by 12:01:25Z of the wall clock at the latest (in 25s).',
    )
  })

  test('where silence closes nothing, that is said', async () => {
    const { text } = about(31_000, await factsOf([at(0, 30_000)], { closeOnIdle: false }))
    expect(text).toContain('close_on_idle is off: silence of all partitions closes nothing.')
  })

  test('the job does not run', async () => {
    const { text } = about(3_000, await factsOf([at(0)], { holder: undefined }))
    expect(text).toContain(
      'The job does not run. Started now (windrow stream), it closes the window by 12:00:52Z of the wall clock',
    )
  })

  test('nothing was read at all', async () => {
    const { answer, text } = about(0, await factsOf([[], []]))
    expect(answer.standing).toBe('unread')
    expect(text).toContain('open: the job has read no event at all')
    expect(text).toContain('The topic is empty: windows close once there are events.')
  })
})

test('a window that is closed: until when it can be corrected, and where its points are', async () => {
  const facts = await factsOf([at(0, 30_000, 90_000)])
  const { answer, text } = about(30_000, facts)
  expect(answer.standing).toBe('closed')
  expect(text).toContain('closed; late events correct it until the watermark is at 12:01:40Z')
  expect(text).toContain(
    'windrow points revenue_by_category --from 2026-01-31T12:00:30Z --to 2026-01-31T12:00:40Z',
  )
  expect(about(0, facts).text).toContain('closed, and nothing can change it any more')
})

test('without a window it is the oldest that is open, and a list', async () => {
  const facts = await factsOf([at(0, 30_000, 33_000)])
  const text = [...metricText(revenueByCategory, facts)].join('')
  expect(text).toContain('revenue_by_category [2026-01-31T12:00:30Z, 12:00:40Z): open, 1 group')
  const more = await factsOf([at(0, 11_000)])
  expect([...metricText(revenueByCategory, more)].join('')).toMatch(
    /2 windows are open:\nstart.*\n.*\n2026-01-31T12:00:00Z {2}2026-01-31T12:00:10Z {7}1\n/,
  )
  const none = await factsOf([[]])
  expect([...metricText(revenueByCategory, none)].join('')).toContain('no window is open. None was')
})

test('of all metrics the oldest open window is explained', async () => {
  const text = [...overallText(smallShop.metrics, await factsOf([at(0, 11_000)]))].join('')
  expect(text).toMatch(/^revenue_by_category +2 +2 +\[2026-01-31T12:00:00Z, 12:00:10Z\)$/m)
  expect(text).toContain('Partition 0 holds it')
})

test('machines get the same', async () => {
  const facts = await factsOf([at(0, 30_000), at(0, 3_000)])
  expect(metricJson(revenueByCategory, undefined, { number: 3, facts })).toMatchObject({
    checkpoint: { number: 3, ageMs: 2_000 },
    holder: 'host, process 1',
    watermark: '2026-01-31T11:59:58.000Z',
    window: { start: '2026-01-31T12:00:00.000Z', state: 'open', groups: 1, heldBy: [1] },
    openWindows: [{ groups: 1 }, { groups: 1 }],
    partitions: [{ lag: 0, state: 'quiet' }, { latestEvent: '2026-01-31T12:00:03.000Z' }],
  })
})
