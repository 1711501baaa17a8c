// Reads the numbers of variable length in Kafka's records: 7 bits a byte, the lowest first, the sign in the lowest bit
// (zigzag). The format: https://kafka.apache.org/documentation/#record.

/** What `next` answers for a number of more than four bytes, and where the bytes end. */
export const TOO_LONG = -1

/** The number whose sign is in its lowest bit. */
export const unzigzag = (number: number): number => (number >>> 1) ^ -(number & 1)

/**
 * Goes through numbers one after the other. The place is moved byte by byte, by the very branches that find a number's end:
 * processors foresee those, but would wait for a place that is computed from the bytes.
 */
export class VarintCursor {
  readonly #bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  /** A number of up to four bytes as it is there, zigzag; enough for every length and every place in a batch. */
  next(): number {
    const a = this.#bytes[this.at++]
    if (a < 128) return a
    const b = this.#bytes[this.at++]
    if (b < 128) return (a & 127) | (b << 7)
    return this.#long((a & 127) | ((b & 127) << 7))
  }

  /** Seldom: apart, so that `next` is small enough to be inlined. */
  #long(low: number): number {
    const c = this.#bytes[this.at++]
    if (c < 128) return low | (c << 14)
    const d = this.#bytes[this.at++]
    return d < 128 ? low | ((c & 127) << 14) | (d << 21) : TOO_LONG
  }

  /** A number of up to ten bytes, without zigzag. Of what is longer, the first ten. */
  nextLong(): number {
    let number = 0n
    for (let i = 0; i < 10; i++) {
      const byte = this.#bytes[this.at++]
      number |= BigInt(byte & 127) << BigInt(7 * i)
      if (byte < 128) break
    }
    number = BigInt.asUintN(64, number)
    return Number(BigInt.asIntN(64, (number >> 1n) ^ -(number & 1n)))
  }
}
