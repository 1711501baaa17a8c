// Arrays that grow.

/** A copy of this length, zeros where there was nothing. */
export function longer(from: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(length)
  to.set(from)
  return to
}
