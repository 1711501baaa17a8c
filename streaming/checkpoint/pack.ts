// Plain data with typed arrays as bytes, and back: a head that v8 writes, the arrays as they are behind it. Packing goes
// on in slices, so that it need not hold anything up; unpacking copies nothing.
import { Deserializer, Serializer } from 'node:v8'

/** Bytes copied between two slices. */
const SLICE_BYTES = 1 << 20
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
 * Yields between slices; answers the bytes. The arrays in `value` must not change until then. `format` says what shape the
 * value has.
 */
export function* packing(value: unknown, format: number): Generator<void, Uint8Array<ArrayBuffer>> {
  const writer = new HeadWriter()
  writer.writeHeader()
  writer.writeValue(value)
  const head = writer.releaseBuffer()
  let at = PREFIX_BYTES + aligned(head.length)
  const bytes = new Uint8Array(at + writer.sizeBytes)
  const prefix = new DataView(bytes.buffer)
  prefix.setUint32(0, format, true)
  prefix.setUint32(4, head.length, true)
  bytes.set(head, PREFIX_BYTES)
  for (const { buffer, byteOffset, byteLength } of writer.arrays) {
    const from = new Uint8Array(buffer, byteOffset, byteLength)
    for (let done = 0; done < byteLength; done += SLICE_BYTES) {
      bytes.set(from.subarray(done, done + SLICE_BYTES), at + done)
      if (byteLength > SLICE_BYTES) yield
    }
    at += aligned(byteLength)
  }
  return bytes
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
