// `windrow dead-letters show`: everything that is known of one record set aside.

import { allOrProblems } from '../../kit/config.ts'
import { formatDuration } from '../../kit/duration.ts'
import { RefusedError } from '../../kit/errors.ts'
import { grouped } from '../../kit/grouped.ts'
import { WINDROW } from '../../kit/invocation.ts'
import { print, printJson } from '../../kit/stdout.ts'
import { visible } from '../../kit/text-table.ts'
import { type KeptRecord, keyOf, type Place } from '../../stores/dead-letters/dead-letters.ts'
import type { StoreSettings } from '../../stores/settings.ts'
import { checkPlace, type Flags, kindOf } from './arguments.ts'
import { type Looking, withArchive } from './looking.ts'
import { jsonOf, timeText } from './table.ts'
import { fullText } from './value-text.ts'

export async function show(settings: StoreSettings, text: string, flags: Flags): Promise<void> {
  const [place] = allOrProblems<[Place]>(checkPlace(text, settings.eventsTopic))
  await withArchive(settings, kindOf(flags), async (looking) => {
    const record = await find(looking, place)
    if (flags.raw) process.stdout.write(record.value ?? '')
    else if (flags.json) await printJson(jsonOf(record))
    else await print([showText(record)])
  })
}

/** Throws RefusedError when there is none. */
export async function find({ archive, kind }: Looking, place: Place): Promise<KeptRecord> {
  const record = await archive.find(place)
  if (record !== undefined) return record
  const todo = `${WINDROW} dead-letters list --limit 0${kind.flag} shows their places`
  throw new RefusedError(`no ${kind.one} at ${keyOf(place)}; ${todo}`)
}

export function showText(record: KeptRecord): string {
  const { reason, field, detail, setAsideMs, replayedMs, lateByMs, value, isCut } = record
  const size = value === null ? 'none' : `${grouped(value.length)} bytes`
  const lines: [name: string, text: string | undefined][] = [
    ['place', keyOf(record)],
    ['reason', visible(reason)],
    ['field', field === '' ? undefined : visible(field)],
    ['detail', visible(detail)],
    ['late by', lateByMs === undefined ? undefined : formatDuration(lateByMs)],
    ['set aside', timeText(setAsideMs)],
    ['replayed', replayedMs === undefined ? 'no' : timeText(replayedMs)],
    ['value', isCut ? `${size}, only the beginning: it was too large to be kept` : size],
  ]
  const known = lines.filter(([, text]) => text !== undefined)
  const text = known.map(([name, what]) => `${name.padEnd(9)}  ${what}\n`).join('')
  const full = fullText(value)
  return full === '' ? text : `${text}\n${full}`
}
