// `windrow dead-letters replay`: gives records back to the job, and says what becomes of them.

import { systemClock } from '../../kit/clock.ts'
import { allOrProblems, type Checked } from '../../kit/config.ts'
import { RefusedError } from '../../kit/errors.ts'
import { grouped } from '../../kit/grouped.ts'
import { WINDROW } from '../../kit/invocation.ts'
import { createLog } from '../../kit/log.ts'
import { print, printJson } from '../../kit/stdout.ts'
import type { KeptRecord, Place, ReasonCount } from '../../stores/dead-letters/dead-letters.ts'
import type { StoreSettings } from '../../stores/settings.ts'
import { checkPlace, checkReason, type Flags, kindOf } from './arguments.ts'
import { type Looking, say, withArchive } from './looking.ts'
import { type Replayed, replayRecords } from './replay-records.ts'
import { find } from './show.ts'
import { countsLine, timeText } from './table.ts'

/** `text`: the place of the only one; absent: all that were not replayed yet. */
export async function replay(
  settings: StoreSettings,
  text: string | undefined,
  flags: Flags,
  signal: AbortSignal,
): Promise<void> {
  const kind = kindOf(flags)
  const anywhere: Checked<undefined> = { value: undefined, problems: [] }
  const [reason, place] = allOrProblems<[string | undefined, Place | undefined]>(
    checkReason(flags, kind),
    text === undefined ? anywhere : checkPlace(text, settings.eventsTopic),
  )
  await withArchive(settings, kind, async (looking) => {
    const due =
      place === undefined
        ? await allDue(looking, reason, flags)
        : await oneDue(looking, place, flags)
    if (due === undefined) return flags.json ? printJson(NOTHING) : undefined
    if (flags.dryRun) {
      const would = due.counts.reduce((sum, { count }) => sum + count, 0)
      if (flags.json) return printJson({ ...NOTHING, would })
      return print([`would replay ${countsLine(due.counts, kind)}; nothing was done\n`])
    }
    const replayed = await appendAgain(settings, looking, due.records, signal)
    if (flags.json) await printJson(resultJson(replayed))
    else await print([resultText(replayed, looking)])
    if (replayed.refused.length > 0) throw new RefusedError(refusedText(replayed))
  })
}

/** What is to be replayed. */
interface Due {
  readonly records: AsyncIterable<KeptRecord>
  readonly counts: readonly ReasonCount[]
}

/** Undefined: none, and that was said. */
async function allDue(
  { archive, topic, kind }: Looking,
  reason: string | undefined,
  { again = false }: Flags,
): Promise<Due | undefined> {
  const all = await archive.counts(topic)
  const ofReason = all.filter((one) => reason === undefined || one.reason === reason)
  const counts = ofReason
    .map((one) => (again ? one : { ...one, count: one.count - one.replayed, replayed: 0 }))
    .filter(({ count }) => count > 0)
  if (counts.length === 0) {
    const why = reason === undefined ? '' : ` because of ${reason}`
    const reasons = ofReason.map((one) => `${one.reason} ${grouped(one.count)}`).join(', ')
    if (ofReason.length === 0) say(`nothing to replay: no ${kind.many} of ${topic}${why}`)
    else say(`nothing to replay: all were replayed before (${reasons}); --again does it once more`)
    return undefined
  }
  const selection = { topic, ...(reason && { reason }), ...(!again && { isReplayed: false }) }
  return { records: archive.read(selection), counts }
}

async function oneDue(looking: Looking, place: Place, { again }: Flags): Promise<Due | undefined> {
  const record = await find(looking, place)
  const { reason, replayedMs } = record
  if (replayedMs !== undefined && !again) {
    say(`nothing to replay: it was replayed at ${timeText(replayedMs)}; --again does it once more`)
    return undefined
  }
  const records = (async function* () {
    yield record
  })()
  return { records, counts: [{ reason, count: 1, replayed: replayedMs === undefined ? 0 : 1 }] }
}

async function appendAgain(
  settings: StoreSettings,
  { archive, topic }: Looking,
  records: AsyncIterable<KeptRecord>,
  signal: AbortSignal,
): Promise<Replayed> {
  const { openEventLog } = await import('../../stores/open-event-log.ts')
  const events = await openEventLog(settings)
  try {
    // It is there, as the records come from it; if it was removed since, one partition is enough.
    const partitions = await events.createTopic(topic, 1)
    const writer = await events.writer(topic)
    try {
      const retry = { clock: systemClock, log: createLog('dead-letters'), signal }
      return await replayRecords(records, { archive, writer, partitions, retry })
    } finally {
      await writer.close()
    }
  } finally {
    await events.close()
  }
}

const resultJson = ({ count, cut, refused }: Replayed) => ({
  replayed: count,
  leftOut: cut,
  refused: refused.map(({ record: { partition, offset }, why }) => ({ partition, offset, why })),
})
const NOTHING = resultJson({ count: 0, cut: 0, refused: [] })

function resultText({ count, cut }: Replayed, { kind, topic }: Looking): string {
  const many = (n: number) => `${grouped(n)} ${n === 1 ? kind.one : kind.many}`
  const left = cut === 0 ? '' : `${many(cut)} left out: only the beginning of the value was kept\n`
  if (count === 0) return left
  return (
    `${left}${many(count)} appended to ${topic} again\n` +
    `  The job that runs, or the next \`${WINDROW} stream\`, counts them in their windows where those can still change;\n` +
    `  others are set aside as late (${WINDROW} late), and what is still no event as a dead letter, at its new place.\n`
  )
}

function refusedText({ refused }: Replayed): string {
  const lines = refused.map(
    ({ record: { partition, offset }, why }) => `${partition}/${offset}: ${why}`,
  )
  return lines.join('\n')
}
