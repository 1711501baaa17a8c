// For tests: programs as a user runs them, in processes of their own.
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { CommandName } from '../../cli/catalog.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Set to nothing, so that a developer's own environment or `.env` does not send tests to servers in use. */
const NO_STORES = {
  KAFKA_BROKERS: '',
  KAFKA_EVENTS_TOPIC: '',
  MYSQL_HOST: '',
  MYSQL_DATABASE: '',
  INFLUX_URL: '',
  INFLUX_TOKEN: '',
  INFLUX_ORG: '',
  INFLUX_BUCKET: '',
  CHECKPOINTS: '',
  WINDROW_LOG: '',
  NO_COLOR: '1',
}

/** A command of `windrow`; or a file, from the root, that is run by itself. */
export type Program =
  | CommandName
  | `${string}/testing/${string}.ts`
  | `scripts/bench/${string}/main.ts`

export interface Ended {
  /** null: ended by a signal. */
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A program that runs. */
export class RunningProgram {
  readonly #child: ChildProcess
  readonly #name: string
  #out = ''
  #err = ''
  #hasEnded = false
  readonly ended: Promise<Ended>

  /** `directory`: the project, or a copy of it. */
  constructor(
    main: Program,
    args: readonly string[],
    environment: NodeJS.ProcessEnv,
    directory = root,
  ) {
    this.#name = [main, ...args].join(' ')
    const words = main.endsWith('.ts') ? ['--import', 'tsx', main] : ['cli/windrow.js', main]
    this.#child = spawn(process.execPath, [...words, ...args], {
      cwd: directory,
      env: { ...process.env, ...NO_STORES, ...environment },
    })
    this.#child.stdout?.on('data', (bytes) => {
      this.#out += bytes
    })
    this.#child.stderr?.on('data', (bytes) => {
      this.#err += bytes
    })
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject)
      this.#child.on('close', (code) => {
        this.#hasEnded = true
        resolve({ code, out: this.#out, err: this.#err })
      })
    })
  }

  /** What it has written to standard error so far. */
  get err(): string {
    return this.#err
  }

  /** Resolves once `condition` holds. Throws when the program ends before, or it takes longer than `patienceMs`. */
  async until(
    what: string,
    condition: () => boolean | Promise<boolean>,
    patienceMs = 60_000,
  ): Promise<void> {
    const untilMs = Date.now() + patienceMs
    while (!(await condition())) {
      const why = this.#hasEnded ? 'the program ended' : Date.now() > untilMs && 'it took too long'
      if (why) throw new Error(`waited for ${what} of ${this.#name}: ${why}\n${this.#err}`)
      await delay(10)
    }
  }

  /** Halts it where it stands, as the sleep of a machine does; it goes on with `thaw`. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  /** Sends the signal and waits for the end. */
  async stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<Ended> {
    this.#child.kill(signal)
    return this.ended
  }
}

/** Runs a program to its end. Throws with its words when the exit code is not `expectedCode`. */
export async function runToEnd(
  main: Program,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  expectedCode = 0,
  directory = root,
): Promise<Ended> {
  const ended = await new RunningProgram(main, args, environment, directory).ended
  if (ended.code === expectedCode) return ended
  throw new Error(`${main} ${args.join(' ')} ended with ${ended.code}\n${ended.err}${ended.out}`)
}
