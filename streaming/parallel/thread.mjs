// Where a worker's thread begins: a thread does not inherit from its process how TypeScript is loaded.
import { workerData } from 'node:worker_threads'
import { register } from 'tsx/esm/api'

register()
await import(workerData.program)
