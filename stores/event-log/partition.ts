// Which partition of the embedded logs a key belongs to.

/** FNV-1a over the key's UTF-16 units: spreads evenly, the same on every machine. */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return ((hash ^ (hash >>> 15)) >>> 0) % partitions
}
