// For tests: workers without threads. What is posted waits in queues; `step` moves one message of one worker on, so that
// any order that threads could bring about can be brought about here, and again.
import type { AvroDecoder } from '../../decode/value.ts'
import { type FromWorker, type ToWorker, transferablesOf } from '../messages.ts'
import type { StartWorker, WorkerListener } from '../port.ts'
import { PartitionWorker, type ReadPlaced, readsNothing } from '../worker.ts'

interface Local {
  readonly worker: PartitionWorker
  readonly listener: WorkerListener
  readonly inbox: ToWorker[]
  readonly outbox: FromWorker[]
  isClosed: boolean
}

export class LocalWorkers {
  readonly #locals: Local[] = []
  readonly #avro: AvroDecoder
  readonly #read: ReadPlaced
  /** Called with each message before it is handled; may throw, as if the worker had. */
  readonly #onMessage: (message: ToWorker) => void

  constructor(
    avro: AvroDecoder,
    onMessage: (message: ToWorker) => void = () => {},
    read: ReadPlaced = readsNothing,
  ) {
    this.#avro = avro
    this.#onMessage = onMessage
    this.#read = read
  }

  readonly start: StartWorker = (settings, listener) => {
    const worker = new PartitionWorker(settings, this.#avro, this.#read)
    const local: Local = { worker, listener, inbox: [], outbox: [], isClosed: false }
    this.#locals.push(local)
    return {
      post: (message) => void local.inbox.push(posted(message)),
      close: async () => {
        local.isClosed = true
      },
    }
  }

  /** `choose(n)` answers a number below n. False: there was nothing to do. */
  step(choose: (count: number) => number): boolean {
    const moves = this.#locals
      .filter(({ isClosed }) => !isClosed)
      .flatMap((local) => [
        ...(local.inbox.length > 0 ? [() => this.#work(local)] : []),
        ...(local.outbox.length > 0 ? [() => this.#deliver(local)] : []),
      ])
    if (moves.length === 0) return false
    moves[choose(moves.length)]()
    return true
  }

  #work({ worker, listener, inbox, outbox }: Local): void {
    const message = inbox.shift()
    if (message === undefined) return
    try {
      this.#onMessage(message)
      const answer = worker.handle(message)
      if (answer !== undefined) outbox.push(posted(answer))
    } catch (error) {
      listener.onFailure(error as Error)
    }
  }

  #deliver({ listener, outbox }: Local): void {
    const message = outbox.shift()
    if (message !== undefined) listener.onMessage(message)
  }
}

/** As the other side gets it; memory that is shared is the same there. */
const posted = <T extends ToWorker | FromWorker>(message: T): T => {
  if (message.kind === 'ids' || message.kind === 'crate') return message
  const transfer = message.kind === 'delta' ? transferablesOf(message) : []
  return structuredClone(message, { transfer })
}
