// State of a metric beside its windows.

/**
 * State beside windows: columns of numbers and of codes, each column of a length of its own. Who makes a table knows what
 * it means; checkpoints do not. What a column held when it was saved must not change any more: a copy, or a view of what
 * is only added to.
 */
export interface SideTable {
  /**
   * While it stays the same, columns are only added to, and a checkpoint writes what was added. Another one: the table is
   * written whole.
   */
  readonly generation: number
  readonly numbers: readonly Float64Array[]
  /** As `toIds` of `save` made them. */
  readonly codes: readonly Int32Array[]
}

/** By name. */
export type SideTables = Readonly<Record<string, SideTable>>

/** Parts of a column, one after the other. */
export function joined<Of extends Float64Array | Int32Array>(
  parts: readonly Of[],
  Kind: new (length: number) => Of,
): Of {
  if (parts.length === 1) return parts[0]
  const all = new Kind(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
