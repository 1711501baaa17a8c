// The loop that looks at the job: what it remembers, and what it makes of a job that comes and goes.
import { describe, expect, it } from 'vitest'
import { healthOf, readinessOf } from '../../streaming/http/health.ts'
import { jobStatus as realStatus } from '../../streaming/http/testing/job-status.ts'
import { manualClock, settled } from '../testing/manual-clock.ts'
import type { EngineState } from './api.ts'
import { HISTORY_MS } from './history.ts'
import { type Asked, askJob } from './job-client.ts'
import { jobStatusOf } from './status.ts'
import { jobStatus, partition, startFakeJob } from './testing/job.ts'
import { LOOK_EVERY_MS, watchJob } from './watch.ts'

const START_MS = 1_700_000_000_000
const answering = (status = jobStatus()): Asked => ({ state: 'answers', status })
const away: Asked = { state: 'away', message: 'No job answers.' }
const read = (count: number, uptimeMs: number) =>
  answering(jobStatus({ uptimeMs, partitions: [partition({ read: count, counted: count - 10 })] }))

async function watching(first: Asked, test: (of: Watching) => Promise<void>) {
  const clock = manualClock(START_MS)
  let next = first
  const watch = watchJob({
    jobUrl: () => 'http://127.0.0.1:4100',
    topic: 'shop',
    clock,
    ask: async () => next,
  })
  await settled()
  const look = async (asked: Asked): Promise<EngineState> => {
    next = asked
    await clock.advance(LOOK_EVERY_MS)
    return watch.state()
  }
  try {
    await test({ watch, look, clock })
  } finally {
    await watch.close()
  }
}
interface Watching {
  readonly watch: ReturnType<typeof watchJob>
  readonly look: (asked: Asked) => Promise<EngineState>
  readonly clock: ReturnType<typeof manualClock>
}

describe('the job is looked at', () => {
  it('and rates are what was read between two looks', () =>
    watching(read(1_000, 1_000), async ({ watch, look }) => {
      expect(watch.state().sample).toMatchObject({ rate: null, lag: 0 })
      expect((await look(read(1_500, 3_000))).rates).toEqual({ 0: 250 })
    }))

  it('and one that began anew from an earlier checkpoint has no negative rate', () =>
    watching(read(1_000, 90_000), async ({ look }) => {
      const state = await look(read(900, 1_000))
      expect(state.rates).toEqual({})
      expect(state.sample?.rate).toBeNull()
      expect((await look(read(1_100, 3_000))).rates).toEqual({ 0: 100 })
    }))

  it('and one that goes away is shown as it was, with a gap, until it is back', () =>
    watching(answering(), async ({ look }) => {
      const gone = await look(away)
      expect(gone.job).toMatchObject({ state: 'away', answeredMs: START_MS })
      expect(gone.status?.topic).toBe('ecommerce.events')
      expect(gone.alerts).toMatchObject([{ what: 'No job answers.', sinceMs: START_MS }])
      expect(gone.sample).toMatchObject({ rate: null, lag: null })
      const back = await look(answering())
      expect(back.alerts).toEqual([])
      expect(back.sample?.rate).toBeNull()
    }))

  it('and no more than 15 minutes are remembered', () =>
    watching(answering(), async ({ watch, clock }) => {
      await clock.advance(HISTORY_MS * 1.5)
      expect(watch.samples()).toHaveLength(HISTORY_MS / LOOK_EVERY_MS)
    }))

  it('and those who listen are told until they end it', () =>
    watching(answering(), async ({ watch, look }) => {
      const heard: EngineState[] = []
      const end = watch.listen((state) => void heard.push(state))
      await look(away)
      end()
      await look(answering())
      expect(heard.map(({ job }) => job.state)).toEqual(['away'])
    }))
})

describe('the job is asked', () => {
  it('and what it tells of itself is understood, also while it starts', () => {
    const told = realStatus()
    const whole = { ...told, health: healthOf(told), readiness: readinessOf(told) }
    expect(jobStatusOf(JSON.parse(JSON.stringify(whole)))).toMatchObject({
      topic: 'ecommerce.events',
      partitions: [{ read: 90 }, { partition: 1 }],
    })
    const { partitions: _, metrics: __, enrichment: ___, ...starting } = whole
    expect(jobStatusOf(starting)?.partitions).toEqual([])
  })

  it('over HTTP; nobody, and somebody else, are told apart in words', async () => {
    const job = await startFakeJob(jobStatus())
    expect(await askJob(job.url)).toMatchObject({ state: 'answers', status: { phase: 'running' } })
    for (const answer of ['<html>', '{}', 'null']) {
      job.tell(answer)
      const { state, message } = (await askJob(job.url)) as Exclude<Asked, { state: 'answers' }>
      expect(state).toBe('strange')
      expect(message).toContain(`What answers at ${job.url} is no job`)
    }
    await job.close()
    const gone = (await askJob(job.url)) as Exclude<Asked, { state: 'answers' }>
    expect(gone.state).toBe('away')
    expect(gone.message).toMatch(/^No job answers at http:\S+ \(.+\)\.$/)
    expect(await askJob(undefined)).toMatchObject({ state: 'off' })
  })
})
