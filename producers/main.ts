// `windrow produce` as a command: what it is asked for. What it does is in produce.ts, loaded when it is to be done.
import { runProgram } from '../kit/program.ts'
import { type Flags, flagsCommand } from './flags.ts'

export const program = flagsCommand().action((flags: Flags) =>
  runProgram(async (signal) => {
    const { produce } = await import('./produce.ts')
    await produce(flags, signal)
  }),
)
