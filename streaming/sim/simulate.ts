// Runs the world of a seed, and finds a smaller one that fails too.
import { Random } from './random.ts'
import { type Reduction, SWITCHES, settingsOf, WHOLE } from './settings.ts'
import { World } from './world.ts'

export interface Outcome {
  readonly seed: number
  /** What was not as it must be; empty: all was well. */
  readonly problems: readonly string[]
  /** Hash of the log of steps. */
  readonly digest: string
  readonly stepCount: number
  /** The steps, when they were asked for. */
  readonly steps: readonly string[]
}

export async function simulate(
  seed: number,
  reduction: Reduction = WHOLE,
  keepsSteps = false,
): Promise<Outcome> {
  const random = new Random(`windrow ${seed}`)
  const world = new World(settingsOf(random.fork('settings'), reduction), random, keepsSteps)
  const problems = await world.run()
  const { steps } = world
  return { seed, problems, stepCount: steps.count, digest: steps.digest(), steps: steps.lines }
}

/** Takes away whatever the world of `seed`, which fails, need not have to fail. */
export async function smallest(seed: number): Promise<Reduction> {
  let found = WHOLE
  const fails = async (reduction: Reduction) => {
    if ((await simulate(seed, reduction)).problems.length === 0) return
    found = reduction
  }
  for (const partitionsMax of [2, 1]) await fails({ ...found, partitionsMax })
  for (const percent of [50, 25, 12]) await fails({ ...found, percent })
  for (const name of SWITCHES) await fails({ ...found, off: new Set([...found.off, name]) })
  return found
}
