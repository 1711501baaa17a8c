// A first look at a file's event times: is it a log, or are its rows ordered by something else?
import type { FileRecord } from './convert.ts'

export interface Survey {
  readonly rows: number
  /** Rows more than 5 s behind a row before them. */
  readonly behind: number
}

/** Disorder that the streaming job allows by default. */
const BEHIND_MS = 5000

/** Counts rows behind the latest time before them. Rows without time count as in order. */
export async function surveyTimes(records: AsyncIterable<readonly FileRecord[]>): Promise<Survey> {
  let latestMs = -Infinity
  let rows = 0
  let behind = 0
  for await (const some of records) {
    for (const { timeMs } of some) {
      rows++
      if (timeMs < latestMs - BEHIND_MS) behind++
      else if (timeMs > latestMs) latestMs = timeMs
    }
  }
  return { rows, behind }
}

/** Whether more than a quarter of the rows lie behind: then it is no log. */
export const isOutOfOrder = ({ rows, behind }: Survey): boolean => behind * 4 > rows
