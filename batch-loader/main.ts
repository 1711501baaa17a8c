// `windrow seed` as a command: what it is asked for. What it does is in seed.ts, loaded when it is to be done.
import { runProgram } from '../kit/program.ts'
import { flagsCommand, workOf } from './flags.ts'

export const program = flagsCommand().action((flags: Readonly<Record<string, unknown>>) =>
  runProgram(async (signal) => {
    const { seed } = await import('./seed.ts')
    await seed(workOf(flags), flags.json === true, signal)
  }),
)
