// Randomness from a seed: the same seed and stream give the same numbers on every machine.

export interface Random {
  /** A whole number, 0 to 2³²−1. */
  uint32(): number
  /** A number in [0, 1). */
  unit(): number
  /** A whole number, 0 to n−1. */
  below(n: number): number
  chance(probability: number): boolean
  /** A number of the exponential distribution with this mean. */
  exponential(mean: number): number
  /** An index below n, small ones far more often: a tenth of the indexes gets about half of the draws. */
  longTail(n: number): number
}

/**
 * A generator of its own for each `stream` of a seed, so that drawing more from one changes nothing in another. `seed` is
 * a whole number, 0 to 2⁵³−1. (sfc32 by Chris Doty-Humphrey, filled by splitmix32.)
 */
export function createRandom(seed: number, stream: string): Random {
  const fill = splitmix32(hashOf(`${seed}/${stream}`))
  let a = fill()
  let b = fill()
  let c = fill()
  let counter = fill()
  const uint32 = (): number => {
    const result = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + result
    return result >>> 0
  }
  for (let i = 0; i < 12; i++) uint32()
  const unit = () => uint32() / 4_294_967_296
  return {
    uint32,
    unit,
    below: (n) => Math.floor(unit() * n),
    chance: (probability) => unit() < probability,
    exponential: (mean) => -mean * Math.log(1 - unit()),
    longTail: (n) => Math.floor(n * unit() ** 3.3),
  }
}

function splitmix32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const hex8 = (n: number) =>
  HEX[n >>> 24] + HEX[(n >>> 16) & 255] + HEX[(n >>> 8) & 255] + HEX[n & 255]

/** A UUID of version 4 whose random bits come from `random`. */
export function uuidFrom(random: Random): string {
  const a = hex8(random.uint32())
  const b = hex8(((random.uint32() & 0xffff0fff) | 0x4000) >>> 0)
  const c = hex8(((random.uint32() & 0x3fffffff) | 0x80000000) >>> 0)
  const d = hex8(random.uint32())
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`
}

/** 16 hexadecimal digits. */
export const hex16From = (random: Random): string => hex8(random.uint32()) + hex8(random.uint32())
