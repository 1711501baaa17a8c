// A worker in a thread of its own, as `threads.ts` starts it: does what it is posted, and posts back what there is to say.
// What it throws ends the thread, and the job with it.
import { parentPort, workerData } from 'node:worker_threads'
import { PlacedReader } from '../../stores/event-log/sqlite/placed.ts'
import { avroDecoder } from '../decode/avro.ts'
import { type ToWorker, transferablesOf, type WorkerSettings } from './messages.ts'
import { PartitionWorker } from './worker.ts'

const settings: WorkerSettings = workerData.settings
const reader = new PlacedReader()
const worker = new PartitionWorker(settings, avroDecoder(settings.pipeline.avroSchema), (placed) =>
  reader.read(placed),
)
parentPort?.on('message', (message: ToWorker) => {
  const answer = worker.handle(message)
  if (answer !== undefined) parentPort?.postMessage(answer, transferablesOf(answer))
})
