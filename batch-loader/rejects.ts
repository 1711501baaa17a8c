// Rejected rows: the first ones on standard error, and when there are more, all of them in a file.
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Rejected } from './chunk.ts'

const SHOWN_MAX = 20

export interface Rejects {
  add(rejected: readonly Rejected[]): void
  /** The file that has all of them; undefined when all were shown. */
  readonly file: () => string | undefined
}

/** `show` gets the lines for people. A file left by an earlier load of the same file is removed. */
export function collectRejects(
  dataDir: string,
  source: string,
  show: (line: string) => void,
): Rejects {
  const file = join(dataDir, 'rejected', `${basename(source)}.ndjson`)
  rmSync(file, { force: true })
  const first: Rejected[] = []
  let isFile = false
  return {
    add: (rejected) => {
      const room = SHOWN_MAX - first.length
      for (const one of rejected.slice(0, room)) show(lineOf(one))
      first.push(...rejected.slice(0, room))
      const rest = rejected.slice(room)
      if (rest.length === 0) return
      if (!isFile) {
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, ndjson(first))
        isFile = true
      }
      appendFileSync(file, ndjson(rest))
    },
    file: () => (isFile ? file : undefined),
  }
}

const lineOf = ({ file, line, problems }: Rejected) => `${file}:${line}: ${problems.join('; ')}`
const ndjson = (rows: readonly Rejected[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
