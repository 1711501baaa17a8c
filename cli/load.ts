// Where each command is. It is loaded when it is asked for, and nothing else is.
import type { Command } from 'commander'
import type { CommandName } from './catalog.ts'

/** What a module with a command exports. */
export interface CommandModule {
  readonly program: Command
}

/** Commands about the command line itself, which need it: root.ts has them. */
export type OwnCommand = 'help' | 'completion'

export const load: Readonly<
  Record<Exclude<CommandName, OwnCommand>, () => Promise<CommandModule>>
> = {
  start: () => import('../scripts/start.ts'),
  check: () => import('../scripts/check.ts'),
  seed: () => import('../batch-loader/main.ts'),
  produce: () => import('../producers/main.ts'),
  stream: () => import('../streaming/main.ts'),
  dashboard: () => import('../dashboard/main.ts'),
  points: () => import('../scripts/points.ts'),
  'dead-letters': () => import('../scripts/dead-letters.ts'),
  late: () => import('../scripts/late.ts'),
  why: () => import('../scripts/why.ts'),
  audit: () => import('../scripts/audit.ts'),
  verify: () => import('../scripts/verify.ts'),
  new: () => import('../scripts/new.ts'),
  plan: () => import('../scripts/plan.ts'),
  generate: () => import('../scripts/generate.ts'),
  services: () => import('../scripts/services/main.ts'),
  bench: () => import('../scripts/bench/main.ts'),
  sim: () => import('../scripts/sim.ts'),
  soak: () => import('../scripts/soak/main.ts'),
}
