// The short way of decoding, compiled to WebAssembly: records in memory → rows of columns in memory, without anything
// being made on the way. What it does not take the full reader in JavaScript judges.
import { readAvro } from './avro.ts'
import { readJson } from './json.ts'
import { SCAN_ENDS, SCAN_STARTS, SCAN_TAKEN_MS } from './layout.ts'
import { addText } from './text-table.ts'

export { addText }

/** First byte of Confluent's wire format; no JSON begins with it. */
const AVRO_MAGIC: u8 = 0

/**
 * Reads records `from` to `to` into rows from `row` on, up to the first that is not taken; answers which that is, or
 * `to`. Records begin `shift` bytes after what SCAN_STARTS says. An event is from the future when it is more than
 * `aheadMs` after the log took it, or after `nowMs` where that is earlier.
 */
export function read(
  scan: u32,
  from: u32,
  to: u32,
  row: u32,
  shift: u32,
  nowMs: f64,
  aheadMs: f64,
): u32 {
  for (; from < to; from++, row++) {
    const start = load<i32>(load<u32>(scan, SCAN_STARTS) + (from << 2))
    const end = load<u32>(load<u32>(scan, SCAN_ENDS) + (from << 2))
    if (start < 0) return from
    const takenMs = load<f64>(load<u32>(scan, SCAN_TAKEN_MS) + (from << 3))
    const latestMs = (takenMs < nowMs ? takenMs : nowMs) + aheadMs
    const at = <u32>start + shift
    const isTaken = load<u8>(at) === AVRO_MAGIC
      ? readAvro(scan, at, end + shift, row, latestMs)
      : readJson(scan, at, end + shift, row, latestMs)
    if (!isTaken) return from
  }
  return to
}
