// Lines of a stream of bytes: LF or CRLF, a byte-order mark at the start is dropped.
import { RefusedError } from '../../kit/errors.ts'

/** One row of a file as it stands there. */
export interface RawRow {
  /** Line, or number of the element in a JSON array; from 1. */
  readonly position: number
  readonly raw: Buffer
}

/** A longer row is no event; it would not fit into memory. */
export const ROW_BYTES_MAX = 32 << 20

const LF = 10
const CR = 13
const SPACE = 32
const TAB = 9

/** The lines, as many as a chunk has at a time, without their ends. Blank lines are left out but numbered. */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawRow[]> {
  let rest: Buffer[] = []
  let restBytes = 0
  let position = 0
  for await (const chunk of chunks) {
    const lines: RawRow[] = []
    let from = 0
    while (true) {
      const end = chunk.indexOf(LF, from)
      if (end === -1) break
      const piece = chunk.subarray(from, end)
      const line = rest.length === 0 ? piece : Buffer.concat([...rest, piece])
      rest = []
      restBytes = 0
      from = end + 1
      addLine(lines, ++position, line)
    }
    if (from < chunk.length) {
      rest.push(chunk.subarray(from))
      restBytes += chunk.length - from
      if (restBytes > ROW_BYTES_MAX) throw tooLong(position + 1)
    }
    if (lines.length > 0) yield lines
  }
  const last: RawRow[] = []
  if (rest.length > 0) addLine(last, position + 1, Buffer.concat(rest))
  if (last.length > 0) yield last
}

function addLine(lines: RawRow[], position: number, line: Buffer): void {
  const unmarked = position === 1 ? withoutMark(line) : line
  const raw = unmarked[unmarked.length - 1] === CR ? unmarked.subarray(0, -1) : unmarked
  if (!isBlank(raw)) lines.push({ position, raw })
}

const tooLong = (line: number) =>
  new RefusedError(
    `line ${line} is longer than ${ROW_BYTES_MAX >> 20} MiB: expected one event per line (a JSON array? use --format json)`,
  )

/** The bytes without a UTF-8 byte-order mark. */
export const withoutMark = (bytes: Buffer): Buffer =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes

function isBlank(line: Buffer): boolean {
  let at = 0
  while (line[at] === SPACE || line[at] === TAB) at++
  return at === line.length
}
