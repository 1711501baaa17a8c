// Plain data with typed arrays as bytes, and back: a head that v8 writes, the arrays as they are behind it. Neither way
// copies them.
import { Deserializer, Serializer } from 'node:v8'

/** Arrays begin where their elements may. */
const ALIGNMENT = 8
/** Format and length of the head, four bytes each. */
const PREFIX_BYTES = 8

const KINDS = [Int32Array, Float64Array, Uint8Array] as const
type Packed = InstanceType<(typeof KINDS)[number]>

/** Writes an array as its kind, its place behind the head, and its length. */
class HeadWriter extends Serializer {
  readonly arrays: Packed[] = []
  sizeBytes = 0
  /** Of v8's Serializer: it asks `_writeHostObject` to write arrays. */
  declare _setTreatArrayBufferViewsAsHostObjects: (flag: boolean) => void

  constructor() {
    super()
    this._setTreatArrayBufferViewsAsHostObjects(true)
  }

  _writeHostObject(array: Packed): void {
    const kind = KINDS.findIndex((one) => array instanceof one)
    if (kind < 0) throw new Error(`cannot pack ${array.constructor.name}`)
    this.writeUint32(kind)
    this.writeDouble(this.sizeBytes)
    this.writeDouble(array.length)
    this.arrays.push(array)
    this.sizeBytes += aligned(array.byteLength)
  }
}

class HeadReader extends Deserializer {
  readonly #body: Uint8Array

  constructor(head: Uint8Array, body: Uint8Array) {
    super(head)
    this.#body = body
  }

  _readHostObject(): Packed {
    const Kind = KINDS[this.readUint32()]
    const at = this.#body.byteOffset + this.readDouble()
    return new Kind(this.#body.buffer as ArrayBuffer, at, this.readDouble())
  }
}

/**
 * The bytes, in pieces that follow one another: the arrays in `value` are among them, and must not change until the pieces
 * are no longer needed. `format` says what shape the value has.
 */
export function pack(value: unknown, format: number): readonly Uint8Array[] {
  const writer = new HeadWriter()
  writer.writeHeader()
  writer.writeValue(value)
  const head = writer.releaseBuffer()
  const prefix = new DataView(new ArrayBuffer(PREFIX_BYTES))
  prefix.setUint32(0, format, true)
  prefix.setUint32(4, head.length, true)
  const pieces = [new Uint8Array(prefix.buffer), head, PADDING.subarray(paddingOf(head.length))]
  for (const { buffer, byteOffset, byteLength } of writer.arrays) {
    pieces.push(new Uint8Array(buffer, byteOffset, byteLength))
    pieces.push(PADDING.subarray(paddingOf(byteLength)))
  }
  return pieces.filter(({ length }) => length > 0)
}

/**
 * What was packed; its arrays are views of `bytes`. Undefined when it is of another format, or the v8 of a newer Node wrote
 * it.
 */
export function unpack(bytes: Uint8Array, format: number): unknown {
  if (bytes.length < PREFIX_BYTES) return undefined
  // A view that begins anywhere, as of a file behind a header, is copied to where its arrays are aligned.
  const own = bytes.byteOffset % ALIGNMENT === 0 ? bytes : new Uint8Array(bytes)
  const prefix = new DataView(own.buffer, own.byteOffset, own.length)
  if (prefix.getUint32(0, true) !== format) return undefined
  const length = prefix.getUint32(4, true)
  const head = own.subarray(PREFIX_BYTES, PREFIX_BYTES + length)
  const reader = new HeadReader(head, own.subarray(PREFIX_BYTES + aligned(length)))
  return isReadable(reader) ? reader.readValue() : undefined
}

function isReadable(reader: Deserializer): boolean {
  try {
    return reader.readHeader()
  } catch {
    return false
  }
}

const aligned = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT

/** What is missing behind `length` bytes, up to where arrays may begin: the end of PADDING. */
const paddingOf = (length: number): number => ALIGNMENT - (aligned(length) - length)
const PADDING = new Uint8Array(ALIGNMENT)
