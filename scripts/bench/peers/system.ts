// What the benchmark knows of a system: how it is had here, how its program is started, what it answers.
import { z } from '../../../kit/zod.cjs'
import type { InstallContext } from '../../services/service.ts'
import { type Measured, parseMeasured, type Span } from '../measured.ts'

/** The work: the same for every system. */
export interface Task {
  readonly brokers: string
  readonly topic: string
  /** When so many are read the steady part begins, which ends with the last. */
  readonly fromEvents: number
  readonly events: number
  /** The demographics, a JSON object a line: user_id, gender, age_group, country. */
  readonly peopleFile: string
  /** The same as a topic of one partition, keyed by user_id. */
  readonly peopleTopic: string
  /** What the program is to do differently: "distinct", "no-changelog". */
  readonly words: readonly string[]
}

/** What became of the events. */
export interface Outcome {
  /** Read from the topic. */
  readonly events: number
  /** In the results of closed windows. */
  readonly counted: number
  /** Dropped because their window had closed. */
  readonly late: number
  /** In windows that were still open at the end. */
  readonly open: number
  /** As the program told it of itself. */
  readonly steady: Span
}

export interface Command {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
}

export interface Program {
  command(task: Task): Command
  /** Makes everything as if it had never run. Not measured. */
  before?(): Promise<void>
  /** Default: the last line of its output, as JSON. */
  outcome?(output: string, task: Task): Promise<Outcome>
}

export interface System {
  /** As given to `--only`. */
  readonly name: string
  /** What is lacking on this machine, and how it is had; undefined: nothing. */
  missing(): Promise<string | undefined>
  /** Gets and builds what is not here yet. */
  prepare(context: InstallContext): Promise<Program>
}

const outcomeSchema = z.object({
  events: z.number(),
  counted: z.number(),
  late: z.number(),
  open: z.number(),
  steady: z.object({ events: z.number(), ms: z.number(), cpuS: z.number() }),
})

/** What a program printed as its last line. */
export const outcomeOf = (output: string): Outcome =>
  outcomeSchema.parse(JSON.parse(output.trimEnd().split('\n').at(-1) ?? ''))

/** Of a program of ours, where every event is in what was counted. */
export function ourOutcome(output: string, countedOf: (measured: Measured) => number): Outcome {
  const measured = parseMeasured(output)
  const { events, steady } = measured
  if (steady === undefined) throw new Error(`expected a steady part, got ${output}`)
  return { events, counted: countedOf(measured), late: 0, open: 0, steady }
}

/** Throws unless every event of the task was read, and became something. */
export function checkOutcome({ events: expected }: Pick<Task, 'events'>, outcome: Outcome): void {
  const { events, counted, late, open } = outcome
  if (events === expected && counted + late + open === expected) return
  throw new Error(
    `expected ${expected} events = counted + late + open, ` +
      `got ${events} read, ${counted} + ${late} + ${open} = ${counted + late + open}`,
  )
}

/** The arguments that all programs but ours take. */
export const argumentsOf = (task: Task): string[] => [
  task.topic,
  String(task.fromEvents),
  String(task.events),
  task.peopleFile,
  task.peopleTopic,
  ...task.words,
]
