// A first look at a file's event times: is it a log, or are its rows ordered by something else?
import { parseTimeMs } from '../../data/time.ts'

export interface Survey {
  readonly rows: number
  /** Rows more than 5 s behind a row before them. */
  readonly behind: number
}

/** Disorder that the streaming job allows by default. */
const BEHIND_MS = 5000

/** Counts times (epoch milliseconds) behind the latest one before them. A row without time, NaN, counts as in order. */
export async function surveyTimes(times: AsyncIterable<readonly number[]>): Promise<Survey> {
  let latestMs = -Infinity
  let rows = 0
  let behind = 0
  for await (const some of times) {
    rows += some.length
    for (const timeMs of some) {
      if (timeMs < latestMs - BEHIND_MS) behind++
      else if (timeMs > latestMs) latestMs = timeMs
    }
  }
  return { rows, behind }
}

/** Whether more than a quarter of the rows lie behind: then it is no log. */
export const isOutOfOrder = ({ rows, behind }: Survey): boolean => behind * 4 > rows

const [QUOTE, COLON, ZERO, NINE] = Buffer.from('":09')

/**
 * Finds the time of a JSON event without parsing the JSON, several times faster: the value behind the first key of that
 * name. Good enough for a survey; NaN when there is none.
 */
export function quickTimeReader(timeField: string): (json: Buffer) => number {
  const needle = Buffer.from(`"${timeField}"`)
  return (json) => {
    const found = json.indexOf(needle)
    if (found === -1) return Number.NaN
    let at = found + needle.length
    while (json[at] === COLON || json[at] <= 32) at++
    if (json[at] === QUOTE) {
      const end = json.indexOf(QUOTE, at + 1)
      return end === -1 ? Number.NaN : parseTimeMs(json.toString('latin1', at + 1, end))
    }
    const from = at
    let timeMs = 0
    for (; json[at] >= ZERO && json[at] <= NINE; at++) timeMs = timeMs * 10 + json[at] - ZERO
    return at === from ? Number.NaN : timeMs
  }
}
