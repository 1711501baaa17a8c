// Finds the values of known fields in the bytes of a flat JSON object, without making objects or strings. It knows the
// plain JSON that machines write; anything else (escapes, nesting, exponents, unusual white space) it leaves to
// JSON.parse by answering false. What it accepts, JSON.parse accepts too, with the same values: a property test.
import { isUtf8 } from 'node:buffer'
import { HASH_START, hashStep } from './dictionary.ts'

/** What the value of a field is, after a scan. */
export const KIND = { absent: 0, text: 1, number: 2, boolean: 3 } as const

const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE = 0x20
const COMMA = 0x2c
const COLON = 0x3a
const OPEN = 0x7b
const CLOSE = 0x7d
const ZERO = 0x30
const NINE = 0x39
const DOT = 0x2e
const [N, T, F] = [0x6e, 0x74, 0x66]
/** By byte: part of a text that is ASCII and has no escapes. */
const IS_PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= SPACE && byte <= 0x7e && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
)
const LITERALS = { null: bytesOf('null'), true: bytesOf('true'), false: bytesOf('false') }

/** A key, and the keys that were seen to follow it: objects of one writer have few orders of keys. */
interface KeyNode {
  /** Its name and the closing quote. */
  readonly text: Uint8Array
  readonly view: DataView
  /** Index of the field; -1: a field nobody asked for. */
  readonly field: number
  readonly followers: KeyNode[]
}

/** Bounds on what is learned of keys, so that odd input costs no memory. */
const FOLLOWERS_MAX = 16
const NODES_MAX = 1024

export class JsonScanner {
  /** Per field: KIND. Of equal keys the last counts, as with JSON.parse; null is absent. */
  readonly kinds: Uint8Array
  /** Per field: first byte of its value (of a text: after the quote) and one past the last. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** Per field that was asked to be hashed: hash of a text's bytes (`hashStep`). */
  readonly hashes: Int32Array
  readonly #fields: ReadonlyMap<string, number>
  readonly #isHashed: readonly boolean[]
  readonly #root: KeyNode = keyNode('', -1)
  #nodeCount = 0
  /** Hash of the text scanned last by `#hashedTextEnd`. */
  #hash = 0
  #isAscii = true

  /** `isHashed`: by field, whether the hash of its text is asked for. */
  constructor(fields: readonly string[], isHashed: readonly boolean[]) {
    this.#isHashed = isHashed
    this.#fields = new Map(fields.map((name, index) => [name, index]))
    this.kinds = new Uint8Array(fields.length)
    this.starts = new Int32Array(fields.length)
    this.ends = new Int32Array(fields.length)
    this.hashes = new Int32Array(fields.length)
  }

  /** Scans `bytes[start..end)`; `view` is of the same bytes. False: not scanned, the fields mean nothing. */
  scan(bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    const { kinds } = this
    for (let field = 0; field < kinds.length; field++) kinds[field] = KIND.absent
    this.#isAscii = true
    // The shortest object with a field: {"a":1}; it also ends as one, so that no loop below runs past `end`.
    if (end - start < 7 || bytes[start] !== OPEN || bytes[end - 1] !== CLOSE) return false
    let at = start + 1
    let node = this.#root
    while (true) {
      if (bytes[at] !== QUOTE) return false
      const key = keyAt(node, view, at + 1, end) ?? this.#learn(node, bytes, at + 1, end)
      if (key === undefined) return false
      node = key
      at += key.text.length + 1
      if (bytes[at] !== COLON) return false
      at++
      if (bytes[at] === SPACE) at++
      at = this.#value(key.field, bytes, at, end)
      if (at < 0) return false
      const next = bytes[at]
      if (next === CLOSE) break
      if (next !== COMMA) return false
      at++
      if (bytes[at] === SPACE) at++
    }
    return at === end - 1 && (this.#isAscii || isUtf8(bytes.subarray(start, end)))
  }

  /** Notes the value at `at`; answers the place after it, or -1 when it is none we know. */
  #value(field: number, bytes: Uint8Array, at: number, end: number): number {
    const first = bytes[at]
    let kind: number
    let valueStart = at
    let valueEnd: number
    if (first === QUOTE) {
      kind = KIND.text
      valueStart = at + 1
      if (field >= 0 && this.#isHashed[field]) {
        valueEnd = this.#hashedTextEnd(bytes, valueStart, end)
        this.hashes[field] = this.#hash
      } else valueEnd = this.#textEnd(bytes, valueStart, end)
    } else if (first >= ZERO && first <= NINE) {
      kind = KIND.number
      valueEnd = numberEnd(bytes, at, end)
    } else {
      const word =
        first === N
          ? LITERALS.null
          : first === T
            ? LITERALS.true
            : first === F
              ? LITERALS.false
              : undefined
      if (word === undefined || !hasAt(bytes, at, word)) return -1
      kind = first === N ? KIND.absent : KIND.boolean
      valueEnd = at + word.length
    }
    if (valueEnd < 0) return -1
    if (field >= 0) {
      this.kinds[field] = kind
      this.starts[field] = valueStart
      this.ends[field] = valueEnd
    }
    return kind === KIND.text ? valueEnd + 1 : valueEnd
  }

  /** The closing quote of the text that starts at `at`; -1: it has escapes or control characters. */
  #textEnd(bytes: Uint8Array, at: number, end: number): number {
    for (let i = at; i < end; i++) {
      const byte = bytes[i]
      if (IS_PLAIN[byte] === 1) continue
      if (byte === QUOTE) return i
      if (byte === BACKSLASH || byte < SPACE) return -1
      this.#isAscii = false
    }
    return -1
  }

  /** As `#textEnd`; the text's hash is in `#hash`. */
  #hashedTextEnd(bytes: Uint8Array, at: number, end: number): number {
    let hash = HASH_START
    for (let i = at; i < end; i++) {
      const byte = bytes[i]
      if (byte === QUOTE) {
        this.#hash = hash
        return i
      }
      if (byte === BACKSLASH || byte < SPACE) return -1
      if (byte > 0x7e) this.#isAscii = false
      hash = hashStep(hash, byte)
    }
    return -1
  }

  #learn(before: KeyNode, bytes: Uint8Array, at: number, end: number): KeyNode | undefined {
    if (before.followers.length === FOLLOWERS_MAX || this.#nodeCount === NODES_MAX) return undefined
    const close = this.#textEnd(bytes, at, end)
    if (close < 0) return undefined
    const text = bytes.slice(at, close)
    if (text.some((byte) => byte > 0x7e)) return undefined
    const name = Buffer.from(text).toString('latin1')
    const node = keyNode(name, this.#fields.get(name) ?? -1)
    before.followers.push(node)
    this.#nodeCount++
    return node
  }
}

function keyNode(name: string, field: number): KeyNode {
  const text = bytesOf(`${name}"`)
  return { text, view: new DataView(text.buffer), field, followers: [] }
}

/** The key that stands at `at`, among those that followed before. */
function keyAt({ followers }: KeyNode, bytes: DataView, at: number, end: number) {
  for (let i = 0; i < followers.length; i++) {
    const { text, view } = followers[i]
    if (at + text.length <= end && hasTextAt(bytes, at, text, view)) return followers[i]
  }
  return undefined
}

/** `view` is of `text`: four bytes are compared at once. */
function hasTextAt(bytes: DataView, at: number, text: Uint8Array, view: DataView): boolean {
  const { length } = text
  let i = 0
  for (; i + 4 <= length; i += 4) if (bytes.getInt32(at + i) !== view.getInt32(i)) return false
  for (; i < length; i++) if (bytes.getUint8(at + i) !== text[i]) return false
  return true
}

/** End of a number without sign and exponent; -1 when it is written in another way, or wrongly. */
function numberEnd(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end && bytes[i] >= ZERO && bytes[i] <= NINE) i++
  if (bytes[at] === ZERO && i > at + 1) return -1
  if (bytes[i] === DOT) {
    const fraction = ++i
    while (i < end && bytes[i] >= ZERO && bytes[i] <= NINE) i++
    if (i === fraction) return -1
  }
  return i
}

function hasAt(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false
  return true
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'))
}
