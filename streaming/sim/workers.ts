// Workers of a simulated process: what is posted to them, and what they post, arrives in order, some time later, unless the
// process is killed before. A frozen process's workers are frozen too.
import type { AvroDecoder } from '../decode/value.ts'
import { type FromWorker, type ToWorker, transferablesOf } from '../parallel/messages.ts'
import type { StartWorker } from '../parallel/port.ts'
import { PartitionWorker, readsNothing } from '../parallel/worker.ts'
import type { SimProcess } from './process.ts'
import type { Random } from './random.ts'

const POST_MS_MAX = 30

export const simWorkers =
  (process: SimProcess, random: Random, avro: AvroDecoder): StartWorker =>
  (settings, listener) => {
    const worker = new PartitionWorker(settings, avro, readsNothing)
    let isClosed = false
    const back = line(process, random, (message: FromWorker) => {
      if (!isClosed) listener.onMessage(message)
    })
    const there = line(process, random, (message: ToWorker) => {
      if (isClosed) return
      try {
        const answer = worker.handle(message)
        if (answer !== undefined) back(posted(answer))
      } catch (error) {
        listener.onFailure(error as Error)
      }
    })
    return {
      post: (message) => there(posted(message)),
      close: async () => {
        isClosed = true
      },
    }
  }

/** Hands messages over one after the other, each after a while. */
function line<T>(process: SimProcess, random: Random, handOver: (message: T) => void) {
  let last: Promise<void> = Promise.resolve()
  return (message: T): void => {
    last = last
      .then(() => process.clock.sleep(random.skewed(0, POST_MS_MAX)))
      .then(() => handOver(message))
  }
}

/** As the other side gets it; memory that is shared is the same there. */
const posted = <T extends ToWorker | FromWorker>(message: T): T => {
  if (message.kind === 'ids' || message.kind === 'crate') return message
  const transfer = message.kind === 'delta' ? transferablesOf(message) : []
  return structuredClone(message, { transfer })
}
