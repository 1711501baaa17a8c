// Room in the memory of the compiled short way, handed out from the beginning and never taken back.
import { PAGE_BYTES, type ShortWay } from './module.ts'

const ALIGNMENT_BYTES = 16

export class Arena {
  readonly #memory: ShortWay['memory']
  /** Address 0 stands for "none". */
  #end = ALIGNMENT_BYTES

  constructor(memory: ShortWay['memory']) {
    this.#memory = memory
  }

  /** One past the last byte that was handed out. */
  get end(): number {
    return this.#end
  }

  /** The address of so many bytes, all zero. */
  take(sizeBytes: number): number {
    const at = this.#end
    this.#end += Math.ceil(sizeBytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES
    const missingBytes = this.#end - this.#memory.buffer.byteLength
    if (missingBytes > 0) this.#memory.grow(Math.ceil(missingBytes / PAGE_BYTES))
    new Uint8Array(this.#memory.buffer, at, sizeBytes).fill(0)
    return at
  }

  /** The address of a copy of `bytes`. */
  put(bytes: Uint8Array): number {
    const at = this.take(bytes.length)
    new Uint8Array(this.#memory.buffer).set(bytes, at)
    return at
  }

  /** Of the whole memory; it holds until the next `take`. */
  get view(): DataView {
    return new DataView(this.#memory.buffer)
  }
}
