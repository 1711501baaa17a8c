// Starts measured programs, each a process of its own, and reads what they tell.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Measured, parseMeasured } from './measured.ts'

const STORES = ['KAFKA_BROKERS', 'MYSQL_HOST', 'INFLUX_URL', 'CHECKPOINTS', 'KAFKA_COMPRESSION']
/** Embedded, unless told otherwise: the stores of whoever runs the benchmark are not for it. */
const EMBEDDED = Object.fromEntries(STORES.map((name) => [name, '']))
const root = fileURLToPath(new URL('../..', import.meta.url))

export type Environment = Readonly<Record<string, string>>

export interface Child {
  readonly process: ChildProcess
  /** What it wrote to standard output. Rejects with its words when it failed. */
  readonly ended: Promise<string>
}

const running = new Set<ChildProcess>()

/** Ends the programs that run: nobody waits for them any more. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** Starts a program; `script` is its path from the root. */
export function start(script: string, args: readonly string[], environment: Environment): Child {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    cwd: root,
    env: { ...process.env, ...EMBEDDED, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (bytes) => {
    out += bytes
  })
  child.stderr.on('data', (bytes) => {
    err += bytes
  })
  const ended = new Promise<string>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      running.delete(child)
      if (code === 0) resolve(out)
      else reject(new Error(`${script} ${args.join(' ')} ended with ${code}:\n${err}${out}`))
    })
  })
  return { process: child, ended }
}

/** Runs a measured program to its end. */
export const measure = async (
  script: string,
  args: readonly string[],
  environment: Environment,
): Promise<Measured> => parseMeasured(await start(script, args, environment).ended)

/** What is measured, by its label. */
export type Lanes = ReadonlyMap<string, () => Promise<Measured>>

/** Every lane `rounds` times, in turn (A B C A B C …), so that a change of the machine's speed meets all. */
export async function inTurn(
  lanes: Lanes,
  rounds: number,
  told: (label: string, measured: Measured, round: number) => void,
): Promise<ReadonlyMap<string, readonly Measured[]>> {
  const runs = new Map<string, Measured[]>([...lanes.keys()].map((label) => [label, []]))
  for (let round = 1; round <= rounds; round++)
    for (const [label, run] of lanes) {
      const measured = await run()
      runs.get(label)?.push(measured)
      told(label, measured, round)
    }
  return runs
}
