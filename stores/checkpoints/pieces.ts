// Bytes that rest in several pieces, as a row of batches: what is saved is neither put together nor copied first.

/** The system takes 1024 pieces at a time (IOV_MAX); room for one to go with them. */
const BATCH_PIECES = 1023

/** The pieces, one after the other, in batches of `batchBytes`; the last may have less, and one of many small pieces. */
export function* batchesOf(
  pieces: readonly Uint8Array[],
  batchBytes: number,
): Generator<readonly Uint8Array[]> {
  let batch: Uint8Array[] = []
  let room = batchBytes
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; ) {
      const some = piece.subarray(from, from + room)
      batch.push(some)
      from += some.length
      room -= some.length
      if (room > 0 && batch.length < BATCH_PIECES) continue
      yield batch
      batch = []
      room = batchBytes
    }
  }
  if (batch.length > 0) yield batch
}

/** What follows the first `bytes` of the pieces. */
export function after(pieces: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let left = bytes
  for (const [i, piece] of pieces.entries()) {
    if (left < piece.length) return [piece.subarray(left), ...pieces.slice(i + 1)]
    left -= piece.length
  }
  return []
}

export const sizeOf = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, { length }) => sum + length, 0)
