// A thread of `npm run sim`: gets seeds, answers how their worlds ended.
import { parentPort } from 'node:worker_threads'
import { simulate } from '../../streaming/sim/simulate.ts'

parentPort?.on('message', async (seed: number) => {
  parentPort?.postMessage(await simulate(seed))
})
