// The compiled short way, as one instance for all decoders of a process: what it has in memory is of one call, and of the
// decoder whose turn it is.
import { moduleBase64 } from './assembly.generated.ts'

/** Of WebAssembly, what is used here; Node's types leave it out. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object) => { readonly exports: unknown }
}

/** See `read` in assembly/main.ts. Addresses and sizes in bytes. */
export interface ShortWay {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  read(
    scan: number,
    from: number,
    to: number,
    row: number,
    shift: number,
    nowMs: number,
    aheadMs: number,
  ): number
  /** See `addText` in assembly/text-table.ts. */
  addText(table: number, at: number, number: number): void
}

export const PAGE_BYTES = 65_536

let instance: ShortWay | undefined

/** Undefined where the runtime cannot run it: it needs SIMD, as Node has it from 16.4 on. */
export function shortWay(): ShortWay | undefined {
  if (instance !== undefined) return instance
  const bytes = Buffer.from(moduleBase64, 'base64')
  if (!WebAssembly.validate(bytes)) return undefined
  instance = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as ShortWay
  return instance
}
