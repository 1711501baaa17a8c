// The only chance in a simulation: sfc32 by Chris Doty-Humphrey (PractRand, http://pracrand.sourceforge.net), 128 bits of
// state. The same seed gives the same numbers on every machine.

export class Random {
  readonly #seed: string
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** The state is three FNV-1a hashes of the text, stirred by the twelve rounds that the algorithm's author asks for. */
  constructor(seed: string) {
    this.#seed = seed
    this.#a = hashOf(`a ${seed}`)
    this.#b = hashOf(`b ${seed}`)
    this.#c = hashOf(`c ${seed}`)
    for (let round = 0; round < 12; round++) this.uint32()
  }

  /** Numbers of their own for one purpose: what others draw does not change them. */
  fork(purpose: string): Random {
    return new Random(`${this.#seed}/${purpose}`)
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** A whole number, `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor((this.uint32() / 2 ** 32) * (max - min + 1))
  }

  /** As `int`, but small numbers are as likely as large ones: each order of magnitude is. */
  skewed(min: number, max: number): number {
    return this.int(min, this.int(min, this.int(min, max)))
  }

  chance(probability: number): boolean {
    return this.uint32() / 2 ** 32 < probability
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)]
  }
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash | 0
}
