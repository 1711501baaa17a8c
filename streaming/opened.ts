// What was opened, to be closed in the opposite order.
import type { Log } from '../kit/log.ts'

export class Opened {
  readonly #log: Log
  readonly #closers: (() => Promise<void>)[] = []

  constructor(log: Log) {
    this.#log = log
  }

  add<T extends { close(): Promise<void> }>(store: T): T {
    this.onClose(() => store.close())
    return store
  }

  onClose(close: () => Promise<void>): void {
    this.#closers.unshift(close)
  }

  /** Never rejects: what cannot be closed is told. */
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0))
      await close().catch((error: Error) => this.#log.warn(`closing: ${error.message}`))
  }
}
