// Replays a file of events into an event log: rows, order, pace and sending put together.
import type { EventSchema } from '../data/schema.ts'
import type { Clock } from '../kit/clock.ts'
import { ConfigError } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import { group } from '../kit/progress.ts'
import type { EventLogWriter } from '../stores/event-log/event-log.ts'
import { type ConvertSettings, createConverter, isRejection } from './files/convert.ts'
import { type Mapping, missingColumns } from './files/mapping.ts'
import type { FileRecord } from './files/record.ts'
import { Rejections } from './files/rejections.ts'
import { type FileFormat, openRows, type Rows } from './files/rows.ts'
import { sortedByTime } from './files/sorted-runs.ts'
import { openSource, type Source } from './files/source.ts'
import { isOutOfOrder, quickTimeReader, surveyTimes } from './files/survey.ts'
import type { TimeReader } from './files/time-format.ts'
import { createPace, type SpeedFactor } from './pace.ts'
import { Sender } from './send.ts'
import type { Counts } from './status.ts'

export const ORDERS = ['auto', 'file', 'time'] as const

export interface ReplaySettings {
  readonly file: string
  /** Absent: told from name and content. */
  readonly format?: FileFormat
  readonly schema: EventSchema
  readonly mapping: Mapping
  readonly timeReader?: TimeReader
  readonly isChecked: boolean
  /** auto: the file's own order, unless it is no log; then by event time. */
  readonly order: (typeof ORDERS)[number]
  readonly speed: SpeedFactor
  /** Rows of the file to replay; absent: all. */
  readonly limit?: number
  /** Directory for rejected rows and temporary files. */
  readonly dataDir: string
}

export interface ReplayProgress extends Counts {
  readonly unacknowledged: number
  readonly rejections: Rejections
  /** Time since it began. */
  readonly tookMs: number
}

export interface ReplayContext {
  readonly writer: EventLogWriter
  readonly clock: Clock
  readonly log: Log
  /** Called once, before the file is read. */
  readonly onStart?: (counts: () => Counts) => void
}

/** An opened file: what is wrong with its columns is known, nothing of it has been sent. */
export interface ReplayFile {
  readonly settings: ReplaySettings
  readonly source: Source
  readonly rows: Rows
}

/** Opens a file and checks its columns. Throws ConfigError. */
export async function openReplay(settings: ReplaySettings): Promise<ReplayFile> {
  const source = openSource(settings.file)
  const rows = await openRows(source, settings.format)
  if (rows.columns !== undefined && settings.isChecked) {
    const problems = missingColumns(settings.schema, settings.mapping, rows.columns)
    if (problems.length > 0) throw new ConfigError(problems)
  }
  return { settings, source, rows }
}

/** Sends the file's events until its end, the limit or the signal; then what is on its way is finished. */
export async function runReplay(
  file: ReplayFile,
  context: ReplayContext,
  signal: AbortSignal,
): Promise<ReplayProgress> {
  const { settings, source, rows } = file
  const { clock, log } = context
  const rejectedDir = `${settings.dataDir}/rejected`
  const rejections = new Rejections(source.name, rows.unit, rejectedDir, log)
  const sender = new Sender(context.writer, { ...context, signal })
  const startedMs = clock.nowMs()
  let doing = ''
  const progress = (): ReplayProgress => ({
    sent: sender.sent,
    rejected: rejections.count,
    unacknowledged: sender.unacknowledged,
    isWaiting: sender.isWaiting,
    rejections,
    tookMs: clock.nowMs() - startedMs,
    share: source.readShare(),
    doing,
  })
  context.onStart?.(progress)
  try {
    doing = 'looking at its order'
    const byTime = await isByTime(file, log, signal)
    doing = byTime ? 'sorting by time' : ''
    const inFile = records(file, signal, rejections)
    const ordered = byTime ? sortedByTime(inFile, settings.dataDir) : inFile
    await play(ordered, settings.speed, sender, clock, signal)
  } finally {
    rejections.close()
  }
  return progress()
}

async function isByTime(file: ReplayFile, log: Log, signal: AbortSignal): Promise<boolean> {
  if (file.settings.order !== 'auto') return file.settings.order === 'time'
  const survey = await surveyTimes(times(file, signal))
  if (!isOutOfOrder(survey)) return false
  const { rows, behind } = survey
  log.info(
    `${group(behind)} of ${group(rows)} rows are behind one before them: replays in time order (--order file keeps the file's)`,
  )
  return true
}

/** The event times of the file's rows, in its order. */
async function* times(file: ReplayFile, signal: AbortSignal): AsyncGenerator<readonly number[]> {
  const timeOf = quickTimeReader(convertSettings(file))
  let left = file.settings.limit ?? Infinity
  for await (const some of file.rows.read()) {
    yield some.slice(0, left).map(timeOf)
    left -= some.length
    if (left <= 0 || signal.aborted) return
  }
}

const convertSettings = ({ settings, source, rows }: ReplayFile): ConvertSettings => ({
  ...settings,
  fileName: source.name,
  ...(rows.columns === undefined ? {} : { columns: rows.columns }),
})

/** The records of the file, in its order, until the signal is aborted; rows that cannot be events go to `rejections`. */
async function* records(
  file: ReplayFile,
  signal: AbortSignal,
  rejections: Rejections,
): AsyncGenerator<readonly FileRecord[]> {
  const convert = createConverter(convertSettings(file))
  let left = file.settings.limit ?? Infinity
  for await (const some of file.rows.read()) {
    const converted: FileRecord[] = []
    for (const row of some.slice(0, left)) {
      const one = convert(row)
      if (!isRejection(one)) converted.push(one)
      else rejections.add(one)
    }
    left -= some.length
    yield converted
    if (left <= 0 || signal.aborted) return
  }
}

/** Sends records as they become due; event time never runs ahead of the pace. */
async function play(
  groups: AsyncIterable<readonly FileRecord[]>,
  speed: SpeedFactor,
  sender: Sender,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const pace = createPace(clock.nowMs(), speed)
  let firstMs = Number.NaN
  let atMs = 0
  for await (const records of groups) {
    for (const record of records) {
      if (signal.aborted) break
      if (speed !== Infinity && !Number.isNaN(record.timeMs)) {
        firstMs = Number.isNaN(firstMs) ? record.timeMs : firstMs
        atMs = Math.max(atMs, record.timeMs - firstMs)
        while (pace.dueMs(clock.nowMs()) < atMs && !signal.aborted) {
          await sender.flush()
          await clock.sleep(pace.waitMs(atMs, clock.nowMs()), signal)
        }
        if (signal.aborted) break
      }
      if (sender.add(record)) await sender.flush()
    }
    if (signal.aborted) break
  }
  await sender.drain()
}
