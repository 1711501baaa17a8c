// Bytes that rest in several pieces, as one row of chunks: what is saved is not put together first.

/**
 * The pieces, one after the other, in chunks of `chunkBytes`; the last may be shorter. A chunk may be overwritten when the
 * next is asked for.
 */
export function* chunksOf(
  pieces: readonly Uint8Array[],
  chunkBytes: number,
): Generator<Uint8Array> {
  let chunk: Uint8Array | undefined
  let filled = 0
  for (const piece of pieces) {
    let from = 0
    while (from < piece.length) {
      if (filled === 0 && piece.length - from >= chunkBytes) {
        yield piece.subarray(from, from + chunkBytes)
        from += chunkBytes
        continue
      }
      chunk ??= new Uint8Array(Math.min(chunkBytes, sizeOf(pieces)))
      const some = piece.subarray(from, from + chunkBytes - filled)
      chunk.set(some, filled)
      filled += some.length
      from += some.length
      if (filled < chunkBytes) continue
      yield chunk
      filled = 0
    }
  }
  if (filled > 0 && chunk !== undefined) yield chunk.subarray(0, filled)
}

export const sizeOf = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, { length }) => sum + length, 0)
