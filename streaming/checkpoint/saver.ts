// Makes captured states durable, one after the other: as what changed since the one before, which is little, and every so
// often whole, beside the others, so that what a restart has to read stays bounded. Why:
// stores/checkpoints/decisions/changes-since-a-whole.md.
import type { Clock } from '../../kit/clock.ts'
import { UnavailableError } from '../../kit/errors.ts'
import { type RetryContext, untilAvailable } from '../../kit/retry.ts'
import type { Lease } from '../../stores/checkpoints/checkpoint-store.ts'
import { sizeOf } from '../../stores/checkpoints/pieces.ts'
import { Changes, type Encoding, encodingWhole } from './encode.ts'
import type { Captured } from './snapshot.ts'

/** When the state is saved whole. */
export interface WholeAfter {
  /** The changes since are as large as the last whole one, but not below this … */
  readonly bytes: number
  /** … or there are so many of them. */
  readonly changes: number
}
const WHOLE_AFTER: WholeAfter = { bytes: 4 << 20, changes: 250 }
/** If more than this part of a state is new it is saved whole at once. */
const WHOLE_SHARE = 0.5

export interface SaverContext {
  readonly lease: Pick<Lease, 'save' | 'extend'>
  readonly clock: Clock
  readonly retry: RetryContext
  /** Default: 4 MiB, 250. */
  readonly wholeAfter?: WholeAfter
}

/** What a checkpoint was like. */
export interface SavedFacts {
  readonly number: number
  /** Of what was written for it. */
  readonly sizeBytes: number
  /** How long encoding it kept the thread, all slices together. */
  readonly busyMs: number
}

/** Changes since the last whole state. */
interface Since {
  bytes: number
  count: number
}

export class Saver {
  readonly #context: SaverContext
  readonly #changes = new Changes()
  #number: number
  /** Undefined: none was saved whole by this one. */
  #since: Since | undefined
  #wholeBytes = 0
  /** A whole state is being saved while changes go on. */
  #beside: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined

  /** `number`: that of the newest checkpoint; the next ones count on from it. */
  constructor(context: SaverContext, number: number) {
    this.#context = context
    this.#number = number
  }

  /** Resolves when it is durable. One call at a time. Throws what made saving fail for good. */
  async save(captured: Captured): Promise<SavedFacts> {
    if (this.#failure !== undefined) throw this.#failure.error
    const number = this.#number + 1
    const isNew =
      !this.#changes.canFollow(captured) || this.#changes.shareOf(captured) > WHOLE_SHARE
    const { sizeBytes, busyMs } =
      this.#since === undefined || isNew
        ? await this.#saveWhole(number, captured)
        : await this.#saveChange(number, captured, this.#since)
    this.#number = number
    if (this.#isWholeDue && this.#beside === undefined) this.#saveBeside(number, captured)
    return { number, sizeBytes, busyMs }
  }

  /** Resolves when nothing is being saved beside. */
  async settled(): Promise<void> {
    await this.#beside
  }

  async #saveWhole(number: number, captured: Captured): Promise<Encoded> {
    const { lease, retry } = this.#context
    // Which of them came last must be clear.
    await this.#beside
    const whole = await this.#inSlices(encodingWhole(captured))
    await untilAvailable(retry, () => lease.save(number, whole.pieces))
    this.#begin(captured, whole.sizeBytes)
    return whole
  }

  async #saveChange(number: number, captured: Captured, since: Since): Promise<Encoded> {
    const { lease, retry } = this.#context
    const change = await this.#inSlices(this.#changes.encoding(captured))
    await untilAvailable(retry, () => lease.extend(number, change.pieces))
    since.bytes += change.sizeBytes
    since.count++
    return change
  }

  get #isWholeDue(): boolean {
    const { bytes, count } = this.#since ?? { bytes: 0, count: 0 }
    const { wholeAfter = WHOLE_AFTER } = this.#context
    return count >= wholeAfter.changes || bytes >= Math.max(wholeAfter.bytes, this.#wholeBytes)
  }

  /** If the store is away, one of the next tries it again. */
  #saveBeside(number: number, captured: Captured): void {
    const before = this.#since ?? { bytes: 0, count: 0 }
    const since = this.#begin(captured, this.#wholeBytes)
    const save = async () => {
      const { pieces, sizeBytes } = await this.#inSlices(encodingWhole(captured))
      await this.#context.lease.save(number, pieces)
      this.#wholeBytes = sizeBytes
    }
    this.#beside = save()
      .catch((error: unknown) => {
        if (!(error instanceof UnavailableError)) this.#failure = { error }
        since.bytes += before.bytes
        since.count += before.count
      })
      .finally(() => {
        this.#beside = undefined
      })
  }

  #begin(captured: Captured, wholeBytes: number): Since {
    this.#changes.begin(captured)
    this.#wholeBytes = wholeBytes
    this.#since = { bytes: 0, count: 0 }
    return this.#since
  }

  /** Turns go on between the slices. */
  async #inSlices(steps: Encoding): Promise<Encoded> {
    const { clock } = this.#context
    let busyMs = 0
    while (true) {
      const begunMs = clock.monotonicMs()
      const step = steps.next()
      busyMs += clock.monotonicMs() - begunMs
      if (step.done === true) {
        const pieces = step.value
        return { pieces, sizeBytes: sizeOf(pieces), busyMs }
      }
      await clock.sleep(0)
    }
  }
}

interface Encoded {
  readonly pieces: readonly Uint8Array[]
  readonly sizeBytes: number
  readonly busyMs: number
}
