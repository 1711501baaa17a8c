// A process of `windrow sim`, as the program sees it.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Outcome } from '../../streaming/sim/simulate.ts'

/** Lives through one world after the other. */
export class SimWorker {
  readonly #child: ChildProcess = fork(
    fileURLToPath(new URL('./worker.ts', import.meta.url)),
    // It does not inherit how TypeScript is loaded.
    { execArgv: ['--import', import.meta.resolve('tsx')] },
  )

  simulate(seed: number): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#child.removeAllListeners()
      this.#child.once('message', (outcome) => resolve(outcome as Outcome))
      this.#child.once('error', reject)
      this.#child.once('exit', (code) =>
        reject(new Error(`the process that simulated seed ${seed} ended with code ${code}`)),
      )
      this.#child.send(seed)
    })
  }

  end(): void {
    this.#child.removeAllListeners()
    this.#child.kill()
  }
}
