// Memory for Kafka's long answers and the columns over them, used again once all its readers are done with it: fresh
// memory of several MiB a time costs more than reading from Kafka does, in page faults and garbage collections. Nobody must
// give any back: what is not given back is collected as usual.

/** Less is had cheaply. */
const LONG_BYTES = 64 << 10
const GRAIN_BYTES = 128 << 10
/** Memory is not used for so much less than it was made for. */
const WASTE_MAX = 4
/** More does not lie about. */
const FREE_BYTES_MAX = 16 << 20

const free: ArrayBufferLike[] = []
/** All that was ever taken and may come back, with how many still read it; 0: not yet said. */
const readersOf = new WeakMap<ArrayBufferLike, number>()

/** So many bytes, of any content. */
export function takeMemory(sizeBytes: number): Buffer {
  if (sizeBytes < LONG_BYTES) return Buffer.allocUnsafeSlow(sizeBytes)
  const memory = takeFree(sizeBytes) ?? fresh(sizeBytes)
  readersOf.set(memory, 0)
  return Buffer.from(memory, 0, sizeBytes)
}

const fresh = (sizeBytes: number): ArrayBufferLike =>
  Buffer.allocUnsafeSlow(Math.ceil(sizeBytes / GRAIN_BYTES) * GRAIN_BYTES).buffer

/** The smallest that fits. */
function takeFree(sizeBytes: number): ArrayBufferLike | undefined {
  let best = -1
  let bestBytes = sizeBytes * WASTE_MAX + 1
  for (const [i, { byteLength }] of free.entries()) {
    if (byteLength < sizeBytes || byteLength >= bestBytes) continue
    best = i
    bestBytes = byteLength
  }
  return best < 0 ? undefined : free.splice(best, 1)[0]
}

/** Says how many will give memory back; it is used again after the last one did. */
export function lendMemory(memory: ArrayBufferLike, readers: number): void {
  if (!readersOf.has(memory)) return
  if (readers === 0) putBack(memory)
  else readersOf.set(memory, readers)
}

/** By one of its readers, once, who does not look at it any more. */
export function giveBackMemory(memory: ArrayBufferLike): void {
  const readers = readersOf.get(memory) ?? 0
  if (readers === 1) putBack(memory)
  else if (readers > 1) readersOf.set(memory, readers - 1)
}

function putBack(memory: ArrayBufferLike): void {
  readersOf.delete(memory)
  let freeBytes = memory.byteLength
  for (const one of free) freeBytes += one.byteLength
  if (freeBytes <= FREE_BYTES_MAX) free.push(memory)
}
