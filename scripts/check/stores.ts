// Whether every chosen store can be reached, and whether windrow may do there what it does. Changes nothing in them but
// what opening them makes: the files of embedded stores, tables of checkpoints, and an InfluxDB bucket that is missing.

import { measurementOf } from '../../data/definitions/metric.ts'
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import type { Combinations } from '../../data/definitions/series.ts'
import type { Measurement } from '../../data/point.ts'
import { formatDuration } from '../../kit/duration.ts'
import { RefusedError, UnavailableError } from '../../kit/errors.ts'
import { grouped } from '../../kit/grouped.ts'
import { WINDROW } from '../../kit/invocation.ts'
import type { RecordBatch } from '../../stores/event-log/event-log.ts'
import { openCheckpoints, openDemographics, openEventLog, openPoints } from '../../stores/open.ts'
import { trySetAside } from '../../stores/open-set-aside.ts'
import type { StoreSettings } from '../../stores/settings.ts'
import { nameOfJob } from '../../streaming/checkpoint/resume.ts'
import type { StreamingConfig } from '../../streaming/config.ts'
import { newestRecords, type Sampled, sampleOf } from '../definitions/sample.ts'
import { connectionTo } from './connection.ts'
import type { Known } from './metrics.ts'
import { type Finding, findingsOf, type Section } from './report.ts'

/** The variable of embedded stores. */
const EMBEDDED = 'WINDROW_DATA'
const LIMIT_MS = 10_000
const SAMPLE_RECORDS = 20_000
/** More than this share of records that are no events is told. */
const REJECTED_SHARE = 0.01

export interface StoresChecked {
  readonly sections: readonly Section[]
  /** What is known of tags' values. */
  readonly known: Known
}

const NO_MEASUREMENT: Measurement = { name: 'windrow_check', tags: [], fields: {} }

interface Looked<T> {
  readonly section: Section
  readonly value?: T
}

/** All side by side, each with a time limit. */
export async function checkStores(
  settings: StoreSettings,
  config: StreamingConfig,
  pipeline: Pipeline,
): Promise<StoresChecked> {
  const [events, demographics, points, checkpoints] = await Promise.all([
    lookAt('event log', settings.kafka ? 'KAFKA_BROKERS' : EMBEDDED, () =>
      lookAtEvents(settings, config, pipeline),
    ),
    lookAt('demographics', settings.mysql ? 'MYSQL_HOST' : EMBEDDED, () =>
      lookAtDemographics(settings, pipeline),
    ),
    lookAt('points', settings.influx ? 'INFLUX_URL' : EMBEDDED, () =>
      lookAtPoints(settings, pipeline),
    ),
    lookAt('checkpoints', settings.checkpoints ? 'MYSQL_HOST' : EMBEDDED, () =>
      lookAtCheckpoints(settings, pipeline),
    ),
  ])
  const sample = events.value
  return {
    sections: [events, demographics, points, checkpoints].map(({ section }) => section),
    known: {
      ofEvents: (metric) => sample?.combinations(metric) ?? unknown,
      ofTable: demographics.value ?? unknown,
    },
  }
}

const unknown: Combinations = (tags) => (tags.length === 0 ? 1 : undefined)

interface Answer<T> {
  readonly summary: string
  readonly findings?: readonly Finding[]
  readonly value?: T
}

async function lookAt<T>(
  name: string,
  where: string,
  look: () => Promise<Answer<T>>,
): Promise<Looked<T>> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    const late = new UnavailableError(
      `no answer within ${formatDuration(LIMIT_MS)}. Does it run, and is the address right?`,
    )
    timer = setTimeout(() => reject(late), LIMIT_MS)
  })
  try {
    const { summary, findings = [], value } = await Promise.race([look(), limit])
    return { section: { name, summary, findings }, ...(value === undefined ? {} : { value }) }
  } catch (error) {
    return { section: { name, summary: '', findings: findingsOf(where, error) } }
  } finally {
    clearTimeout(timer)
  }
}

/** Of what is tried: a finding when it is refused, so that the next thing can be tried too. */
async function refusals(where: string, attempt: () => Promise<unknown>): Promise<Finding[]> {
  try {
    await attempt()
    return []
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    return findingsOf(where, error)
  }
}

async function using<S extends { close(): Promise<void> }, T>(
  opening: Promise<S>,
  use: (store: S) => Promise<T>,
): Promise<T> {
  const store = await opening
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

const lookAtEvents = (
  settings: StoreSettings,
  config: StreamingConfig,
  pipeline: Pipeline,
): Promise<Answer<Sampled>> =>
  using(openEventLog(settings), async (log) => {
    const { eventsTopic: topic } = settings
    const where = settings.kafka ? 'KAFKA_BROKERS' : EMBEDDED
    const place = `${log.description}${connectionTo('kafka', settings)}`
    const ends = await log.ends(topic)
    const setAside = await refusals(where, () => trySetAside(settings, log))
    if (ends.size === 0) {
      const findings = [...(await refusals(where, () => log.tryCreateTopic(topic))), ...setAside]
      const may = findings.length === 0 ? ', and may be made' : ''
      return { summary: `${place}: ${topic} is not there yet${may}`, findings }
    }
    const batches: RecordBatch[] = []
    const refused = await refusals(where, async () => {
      for await (const batch of newestRecords(log, topic, ends, SAMPLE_RECORDS)) batches.push(batch)
    })
    const sample = sampleOf(pipeline, config, batches, Date.now())
    const partitions = ends.size === 1 ? '1 partition' : `${ends.size} partitions`
    const newest =
      sample.records === 0 ? 'no records yet' : `newest ${grouped(sample.records)} read`
    return {
      summary: `${place}: ${topic}, ${partitions}, ${newest}`,
      findings: [...refused, ...setAside, ...rejectedFindings(topic, sample)],
      value: sample,
    }
  })

function rejectedFindings(topic: string, { records, rejected }: Sampled): Finding[] {
  const count = [...rejected.values()].reduce((sum, one) => sum + one, 0)
  if (count <= records * REJECTED_SHARE) return []
  const reasons = [...rejected].map(([reason, n]) => `${reason} ${grouped(n)}`).join(', ')
  const what =
    `expected events of data/schemas/events.avsc, got ${grouped(count)} of the newest ${grouped(records)} records ` +
    `that are none (${reasons}): look at them with ${WINDROW} dead-letters list, or mend KAFKA_EVENTS_TOPIC`
  return [{ level: 'warning', where: topic, what }]
}

const lookAtDemographics = (
  settings: StoreSettings,
  { metrics, enrichment }: Pipeline,
): Promise<Answer<Combinations>> =>
  using(openDemographics(settings), async (store) => {
    const people = await store.count()
    // One row shows that all columns may be read.
    for await (const _ of store.lookup(enrichment.fields, 0)) break
    const wanted = new Map<string, readonly string[]>()
    const want = (columns: readonly string[]) => wanted.set(columns.join(), columns)
    for (const { by, top } of metrics) {
      const own = by.filter((tag) => enrichment.fields.includes(tag))
      want(own)
      want(own.filter((tag) => !top?.of.includes(tag)))
      for (const tag of own) want([tag])
    }
    const counts = new Map<string, number>()
    for (const [key, columns] of wanted) counts.set(key, await store.combinations(columns))
    const what = `no people: every event's ${enrichment.fields.join(', ')} will be unknown. Run ${WINDROW} seed`
    return {
      summary: `${store.description}${connectionTo('mysql', settings)}: ${grouped(people)} people`,
      findings: people > 0 ? [] : [{ level: 'warning', where: enrichment.table, what }],
      value: (columns) =>
        people === 0 && columns.length > 0 ? undefined : counts.get(columns.join()),
    }
  })

const lookAtPoints = (settings: StoreSettings, { metrics }: Pipeline): Promise<Answer<never>> =>
  using(openPoints(settings), async (store) => {
    await store.prepare()
    const [metric] = metrics
    const nothing = { fromMs: 0, toMs: 1 }
    const where = settings.influx ? 'INFLUX_URL' : EMBEDDED
    const findings = [
      ...(metric === undefined
        ? []
        : await refusals(where, () => store.read(measurementOf(metric), nothing))),
      ...(await refusals(where, () => store.tryWrite())),
    ]
    // For what is computed anew, and for corrections. Nobody has points of that name.
    const removal = await refusals(where, () => store.remove(NO_MEASUREMENT, nothing))
    const keeps = removal.some(({ what }) => what.includes('cannot delete'))
    if (!keeps) findings.push(...removal)
    const may = keeps
      ? 'may be read and written; it deletes nothing'
      : 'may be read, written and deleted'
    const place = `${store.description}${connectionTo('influx', settings)}`
    return { summary: `${place}${findings.length > 0 ? '' : `: ${may}`}`, findings }
  })

/** Names of checkpoints come from the log, so it is asked once more. */
const lookAtCheckpoints = (
  settings: StoreSettings,
  { name: pipeline }: Pipeline,
): Promise<Answer<never>> =>
  using(openEventLog(settings), (events) =>
    using(openPoints(settings), async (points) => {
      const topic = settings.eventsTopic
      const log = await events.identity().catch(() => undefined)
      if (log === undefined)
        return { summary: 'not looked at: they belong to an event log, which cannot be read' }
      const job = nameOfJob({ pipeline, log, topic, points: points.identity })
      return using(openCheckpoints(settings, job), async (checkpoints) => {
        const holder = await checkpoints.holder()
        await checkpoints.tryWrite()
        const who = holder === undefined ? 'no job runs' : `${holder} works on the job`
        const how = settings.checkpoints === 'mysql' ? connectionTo('mysql', settings) : ''
        return { summary: `${checkpoints.description}${how}: may be written; ${who}` }
      })
    }),
  )
