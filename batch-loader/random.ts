// Random numbers of one simulated person: from the seed and the person's number alone, so that people come out the same
// whatever the chunks, the order, or how many there are.

/** Mixes all bits of a 32-bit number (the finalizer of MurmurHash3, by Austin Appleby). */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

const high = (value: number): number => Math.floor(value / 4_294_967_296)

/** Numbers in [0, 1) for person `n` of `seed`; both are whole numbers, 0 to 2⁵³−1. */
export function randomOf(seed: number, n: number): () => number {
  let state = mix((seed >>> 0) + 0x9e3779b9)
  for (const part of [high(seed), n >>> 0, high(n)]) state = mix((state ^ part) + 0x9e3779b9)
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    return mix(state) / 4_294_967_296
  }
}

/** Picks by weight: `pick(unit)` for a number in [0, 1). */
export function byWeight<T>(choices: readonly (readonly [T, number])[]): (unit: number) => T {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0)
  const ends: number[] = []
  let end = 0
  for (const [, weight] of choices) {
    end += weight / total
    ends.push(end)
  }
  return (unit) => {
    const index = ends.findIndex((one) => unit < one)
    return choices[index < 0 ? choices.length - 1 : index][0]
  }
}
