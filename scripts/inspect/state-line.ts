// Whether a job runs, and how old is what it has saved, in a line.

import { formatElapsed } from '../../kit/duration.ts'
import { WINDROW } from '../../kit/invocation.ts'
import { visible } from '../../kit/text-table.ts'

/** "checkpoint 17, 2.3s old; host, process 42 works on the job". `holder`: who works on it; null: nobody. */
export function stateLine(
  { number, ageMs }: { readonly number: number; readonly ageMs: number },
  holder: string | null,
): string {
  const who =
    holder === null
      ? `the job does not run: start it with ${WINDROW} stream`
      : `${visible(holder)} works on the job`
  return `checkpoint ${number}, ${formatElapsed(ageMs)} old; ${who}`
}
