// How long the job stands still between two batches while it works off a backlog of the embedded log, saves checkpoints, and
// has 100,000 changed rows of its table to read, again and again.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sqliteDemographics } from '../../../stores/demographics/sqlite.ts'
import type { Benchmark } from '../bench.ts'
import { measure } from '../children.ts'
import { embeddedData, forgetJobs } from '../data.ts'
import type { Figure } from '../figures.ts'
import { topicOf, upsertPeople } from '../fill.ts'
import type { JobArguments } from '../job.ts'
import type { Measured } from '../measured.ts'

const REFRESH_EVERY_MS = 300
/** Between two changes of all rows: a machine of two cores has other things to do as well. */
const CHANGE_AFTER_MS = 500

export const pause: Benchmark = {
  names: ['pause'],
  needs: [],
  run: async ({ size, rounds, isFull, say }) => {
    const directory = await embeddedData(size, say)
    const measured: Measured[] = []
    for (let round = 0; round < (isFull ? rounds : 1); round++) {
      await forgetJobs(directory)
      const environment = { WINDROW_DATA: directory, KAFKA_EVENTS_TOPIC: topicOf(size) }
      const given: JobArguments = { refreshEveryMs: REFRESH_EVERY_MS, watchesLoop: true }
      const running = measure('scripts/bench/job.ts', [JSON.stringify(given)], environment)
      const changing = changeRows(directory, size.users, running)
      measured.push(await running)
      await changing
      const { turnsLongestMs = 0, refreshes = 0 } = measured[round].more ?? {}
      say(`pause: the longest ${Math.round(turnsLongestMs)} ms, with ${refreshes} refreshes`)
    }
    return { figures: figuresOf(measured) }
  },
}

/** Changes all rows, over and over, until the job has ended. */
async function changeRows(directory: string, users: number, job: Promise<unknown>): Promise<void> {
  let isRunning = true
  const ended = () => {
    isRunning = false
  }
  job.then(ended, ended)
  const demographics = sqliteDemographics(join(directory, 'demographics.db'))
  while (isRunning) {
    await upsertPeople(demographics, users, new Date().toISOString())
    await sleep(CHANGE_AFTER_MS)
  }
  await demographics.close()
}

function figuresOf(measured: readonly Measured[]): Figure[] {
  const fact = (name: string) => measured.map(({ more }) => more?.[name] ?? Number.NaN)
  return [
    {
      name: 'pause.backlog',
      what: 'between two batches of a backlog, 99.9 %',
      unit: 'ms',
      values: fact('turnsP999Ms'),
      goal: { atMost: 50 },
    },
    {
      name: 'pause.backlog.longest',
      what: 'between two batches of a backlog, longest',
      unit: 'ms',
      values: fact('turnsLongestMs'),
    },
    {
      name: 'pause.backlog.loop',
      what: 'timers and signals held up by a backlog, longest',
      unit: 'ms',
      values: fact('loopLongestMs'),
    },
  ]
}
