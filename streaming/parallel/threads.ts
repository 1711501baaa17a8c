// Starts workers in threads of their own.
import { Worker } from 'node:worker_threads'
import type { StartWorker } from './port.ts'

const PROGRAM = './thread.ts'

export const startThread: StartWorker = (settings, listener) => {
  const program = new URL(PROGRAM, import.meta.url).href
  const thread = new Worker(new URL('./thread.mjs', import.meta.url), {
    name: `worker ${settings.index + 1}`,
    workerData: { program, settings },
  })
  let isClosed = false
  thread.on('message', listener.onMessage)
  thread.on('messageerror', listener.onFailure)
  thread.on('error', listener.onFailure)
  thread.on('exit', (code) => {
    if (!isClosed) listener.onFailure(new Error(`its thread ended with exit code ${code}`))
  })
  return {
    post: (message) => thread.postMessage(message),
    close: async () => {
      isClosed = true
      await thread.terminate()
    },
  }
}
