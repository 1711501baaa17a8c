// A process of `windrow sim`: gets seeds, answers how their worlds ended.
import { simulate } from '../../streaming/sim/simulate.ts'

process.on('message', async (seed: number) => {
  process.send?.(await simulate(seed))
})
