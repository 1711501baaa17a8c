// The bytes of a record as text for people: a glance, all of it, or a hex dump. Whatever is in them, it does nothing to
// the terminal.
import { isUtf8 } from 'node:buffer'
import { hexDump } from '../../kit/hex-dump.ts'
import { cutTo, visible } from '../../kit/text-table.ts'

/** More of a value is not shown; `--raw` gives all of it. */
const SHOWN_BYTES_MAX = 16_384
const HEX_BYTES_MAX = 1_024
/** A character is up to four bytes. */
const bytesFor = (characters: number) => 4 * characters

/** The beginning on one line, at most `width` characters. */
export function glance(value: Uint8Array | null, width: number): string {
  if (value === null) return '(no value)'
  if (value.length === 0) return '(empty)'
  const text = visible(Buffer.from(value.subarray(0, bytesFor(width + 1))).toString())
  return cutTo(text, width)
}

/** On lines of its own: indented when it is JSON, as it is when it is text, else as a hex dump. */
export function fullText(value: Uint8Array | null): string {
  if (value === null || value.length === 0) return ''
  if (!isUtf8(value)) return hexDump(value.subarray(0, HEX_BYTES_MAX)) + more(value, HEX_BYTES_MAX)
  const text = Buffer.from(value.subarray(0, SHOWN_BYTES_MAX)).toString()
  const pretty = value.length > SHOWN_BYTES_MAX ? text : (indented(text) ?? text)
  return `${pretty.split('\n').map(visible).join('\n')}\n${more(value, SHOWN_BYTES_MAX)}`
}

const more = (value: Uint8Array, shownBytes: number): string =>
  value.length <= shownBytes ? '' : `… ${value.length - shownBytes} bytes more; --raw has them\n`

/** Undefined when it is no JSON. */
function indented(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return undefined
  }
}
