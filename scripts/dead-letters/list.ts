// `windrow dead-letters list`.
import { allOrProblems } from '../../kit/config.ts'
import { print } from '../../kit/stdout.ts'
import type { StoreSettings } from '../../stores/settings.ts'
import { checkLimit, checkReason, type Flags, kindOf } from './arguments.ts'
import { say, withArchive } from './looking.ts'
import { countsLine, listJson, listTable } from './table.ts'

const SHOWN_USUALLY = 50

export async function list(settings: StoreSettings, flags: Flags): Promise<void> {
  const kind = kindOf(flags)
  const [reason, last] = allOrProblems<[string | undefined, number | undefined]>(
    checkReason(flags, kind),
    checkLimit(flags, SHOWN_USUALLY),
  )
  await withArchive(settings, kind, async ({ archive, topic }) => {
    const ofReason = reason === undefined ? {} : { reason }
    const records = archive.read({ topic, ...ofReason, ...(last === undefined ? {} : { last }) })
    if (flags.json) return print(listJson(records))
    const all = await archive.counts(topic)
    const counts = all.filter((one) => reason === undefined || one.reason === reason)
    if (counts.length === 0)
      return say(
        `no ${kind.many} of ${topic}${reason === undefined ? '' : ` because of ${reason}`}`,
      )
    await print(listTable(records, kind, process.stdout.columns))
    const total = counts.reduce((sum, { count }) => sum + count, 0)
    const part =
      last === undefined || total <= last ? '' : `; the last ${last} are shown, --limit 0: all`
    await print([`\n${countsLine(counts, kind)}${part}\n`])
  })
}
