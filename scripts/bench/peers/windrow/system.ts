// windrow, as `windrow stream --once` runs it on Kafka: events from Kafka, demographics and points in SQLite.
import { eventsBySegment } from '../../../../data/ecommerce/events-by-segment.ts'
import { sqlitePoints } from '../../../../stores/points/sqlite.ts'
import { forgetJobs } from '../../data.ts'
import type { JobArguments } from '../../job.ts'
import type { PipelineName } from '../../pipelines.ts'
import { pointsFile, STORES } from '../data.ts'
import { ourOutcome, type System } from '../system.ts'

/** The word names the pipeline; default: all. */
export const windrow: System = {
  name: 'windrow',
  missing: async () => undefined,
  prepare: async () => ({
    before: () => forgetJobs(STORES),
    command: ({ brokers, topic, fromEvents, events, words }) => {
      const [pipeline = 'all'] = words as PipelineName[]
      const given: JobArguments = { pipeline, steady: [fromEvents, events] }
      return {
        argv: [process.execPath, '--import', 'tsx', 'scripts/bench/job.ts', JSON.stringify(given)],
        env: {
          KAFKA_BROKERS: brokers,
          KAFKA_EVENTS_TOPIC: topic,
          WINDROW_DATA: STORES,
          ...{ MYSQL_HOST: '', INFLUX_URL: '', CHECKPOINTS: '' },
        },
      }
    },
    // Were some late, the points would not add up, and the run would be refused.
    outcome: async (output) => {
      const counted = await countedInPoints()
      return ourOutcome(output, () => counted)
    },
  }),
}

/** The sum over every point that was written; those of windows that are open yet have been written as they are. */
async function countedInPoints(): Promise<number> {
  const { name, by } = eventsBySegment
  const points = sqlitePoints(pointsFile)
  const all = await points.read({ name, tags: by, fields: { events: 'integer' } }, {})
  await points.close()
  return all.reduce((sum, { fields }) => sum + fields.events, 0)
}
