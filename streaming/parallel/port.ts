// PORT: a worker as the job's thread sees it. What is posted is done in the order in which it was posted.
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts'

export interface WorkerPort {
  post(message: ToWorker): void
  /** Ends the worker, whatever it is doing. Idempotent. */
  close(): Promise<void>
}

export interface WorkerListener {
  onMessage(message: FromWorker): void
  /** It threw, or ended without being told to: there is no more to come from it. */
  onFailure(error: Error): void
}

export type StartWorker = (settings: WorkerSettings, listener: WorkerListener) => WorkerPort
