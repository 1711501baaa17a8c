// Chance for the benchmarks' data: the same for the same seed.

export interface Random {
  /** Uniform in [0, 1). */
  readonly next: () => number
  /** A whole number, 0 to n - 1. */
  readonly pick: (n: number) => number
  readonly hex: (digits: number) => string
}

export function random(seed: number): Random {
  const next = xorshift(seed)
  const pick = (n: number) => Math.floor(next() * n)
  const hex = (digits: number) => {
    let text = ''
    while (text.length < digits)
      text += pick(2 ** 32)
        .toString(16)
        .padStart(8, '0')
    return text.slice(0, digits)
  }
  return { next, pick, hex }
}

/** Marsaglia's xorshift32. */
function xorshift(seed: number): () => number {
  let state = seed | 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
