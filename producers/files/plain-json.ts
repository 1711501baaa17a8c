// Finds the values of known fields in the bytes of a flat JSON object of plain ASCII, without making objects or strings.
// Anything else (escapes, nesting, signs, exponents, unusual white space) it leaves to JSON.parse by answering false. What
// it accepts, JSON.parse accepts too, with the same values: a property test.

/** What the value of a field is, after a scan. Null is absent. */
export const KIND = { absent: 0, text: 1, number: 2, boolean: 3 } as const

const [QUOTE, BACKSLASH, SPACE, COMMA, COLON, OPEN, CLOSE, ZERO, NINE, DOT] =
  Buffer.from('"\\ ,:{}09.')
const LITERALS = ['null', 'true', 'false'].map((word) => Buffer.from(word))
/** By byte: part of a text that is ASCII and has no escapes. */
const IS_PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= SPACE && byte <= 0x7e && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
)

/** A key, and the keys that were seen to follow it: objects of one writer have few orders of keys. */
interface KeyNode {
  /** Its name and the closing quote. */
  readonly text: Uint8Array
  /** Index of the field; -1: a field nobody asked for. */
  readonly field: number
  readonly followers: KeyNode[]
}

/** Bounds on what is learned of keys, so that odd input costs no memory. */
const FOLLOWERS_MAX = 16
const NODES_MAX = 1024

export class PlainJson {
  /** Per field: KIND. Of equal keys the last counts, as with JSON.parse. */
  readonly kinds: Uint8Array
  /** Per field: first byte of its value (of a text: after the quote) and one past the last. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly #fields: ReadonlyMap<string, number>
  readonly #first = keyNode('', -1)
  #nodeCount = 0

  constructor(fields: readonly string[]) {
    this.#fields = new Map(fields.map((name, index) => [name, index]))
    this.kinds = new Uint8Array(fields.length)
    this.starts = new Int32Array(fields.length)
    this.ends = new Int32Array(fields.length)
  }

  /** False: not scanned, the fields mean nothing. */
  scan(bytes: Uint8Array): boolean {
    this.kinds.fill(KIND.absent)
    // It ends as an object, so that no loop below runs past its end.
    const last = bytes.length - 1
    if (last < 1 || bytes[0] !== OPEN || bytes[last] !== CLOSE) return false
    let at = 1
    let node = this.#first
    while (true) {
      if (bytes[at] !== QUOTE) return false
      const key = keyAt(node, bytes, at + 1) ?? this.#learn(node, bytes, at + 1)
      if (key === undefined) return false
      node = key
      at += key.text.length + 1
      if (bytes[at] !== COLON) return false
      at++
      if (bytes[at] === SPACE) at++
      at = this.#value(key.field, bytes, at)
      if (at < 0) return false
      if (bytes[at] === CLOSE) return at === last
      if (bytes[at] !== COMMA) return false
      at++
      if (bytes[at] === SPACE) at++
    }
  }

  /** Notes the value at `at`; answers the place behind it, or -1 when it is none we know. */
  #value(field: number, bytes: Uint8Array, at: number): number {
    const first = bytes[at]
    let kind: number
    let start = at
    let end: number
    if (first === QUOTE) {
      kind = KIND.text
      start = at + 1
      end = textEnd(bytes, start)
    } else if (first >= ZERO && first <= NINE) {
      kind = KIND.number
      end = numberEnd(bytes, at)
    } else {
      const word = LITERALS.find((one) => hasAt(bytes, at, one))
      if (word === undefined) return -1
      kind = word === LITERALS[0] ? KIND.absent : KIND.boolean
      end = at + word.length
    }
    if (end < 0) return -1
    if (field >= 0) {
      this.kinds[field] = kind
      this.starts[field] = start
      this.ends[field] = end
    }
    return kind === KIND.text ? end + 1 : end
  }

  #learn(before: KeyNode, bytes: Uint8Array, at: number): KeyNode | undefined {
    if (before.followers.length === FOLLOWERS_MAX || this.#nodeCount === NODES_MAX) return undefined
    const end = textEnd(bytes, at)
    if (end < 0) return undefined
    const name = Buffer.from(bytes.subarray(at, end)).toString('latin1')
    const node = keyNode(name, this.#fields.get(name) ?? -1)
    before.followers.push(node)
    this.#nodeCount++
    return node
  }
}

const keyNode = (name: string, field: number): KeyNode => ({
  text: Uint8Array.from(Buffer.from(`${name}"`, 'latin1')),
  field,
  followers: [],
})

/** The key that stands at `at`, among those that followed before. */
function keyAt({ followers }: KeyNode, bytes: Uint8Array, at: number): KeyNode | undefined {
  for (let i = 0; i < followers.length; i++)
    if (hasAt(bytes, at, followers[i].text)) return followers[i]
  return undefined
}

/** Whether a text stands in the bytes at `at`. */
export function hasAt(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false
  return true
}

/** The closing quote of the text that starts at `at`; -1: it is not plain. */
function textEnd(bytes: Uint8Array, at: number): number {
  let end = at
  while (IS_PLAIN[bytes[end]] === 1) end++
  return bytes[end] === QUOTE ? end : -1
}

/** End of a number without sign and exponent; -1 when it is written in another way, or wrongly. */
function numberEnd(bytes: Uint8Array, at: number): number {
  let end = digitsEnd(bytes, at)
  if (bytes[at] === ZERO && end > at + 1) return -1
  if (bytes[end] === DOT) {
    const fraction = end + 1
    end = digitsEnd(bytes, fraction)
    if (end === fraction) return -1
  }
  return end
}

function digitsEnd(bytes: Uint8Array, at: number): number {
  let end = at
  while (bytes[end] >= ZERO && bytes[end] <= NINE) end++
  return end
}
