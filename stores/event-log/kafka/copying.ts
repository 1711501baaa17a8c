// What decompressors of the LZ77 kind do with bytes. Bounds are theirs to check.

/** Compressed bytes are not what a compressor writes. */
export class Damaged extends Error {
  override readonly name = 'Damaged'
}

/** Fewer bytes are copied sooner one by one than by a call. */
const LONG_BYTES = 48

export function copyLiterals(
  from: Uint8Array,
  start: number,
  length: number,
  into: Uint8Array,
  at: number,
): void {
  if (length > LONG_BYTES) into.set(from.subarray(start, start + length), at)
  else for (let i = 0; i < length; i++) into[at + i] = from[start + i]
}

/** Repeats what was written `distance` before `at`; what is written may itself be repeated. */
export function copyBack(bytes: Uint8Array, at: number, distance: number, length: number): void {
  const from = at - distance
  if (length > LONG_BYTES && distance >= length) bytes.copyWithin(at, from, from + length)
  else for (let i = 0; i < length; i++) bytes[at + i] = bytes[from + i]
}
