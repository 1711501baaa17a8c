// Definitions that change while a program runs: when their files do they are checked, and what is right is handed on.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import type { Clock } from '../../kit/clock.ts'
import { checkDefinitions, type Definitions } from '../check/metrics.ts'
import type { Finding } from '../check/report.ts'
import { withFreshModules } from '../definitions/fresh-modules.ts'

/** All that metrics are made of. */
const DIRECTORY = fileURLToPath(new URL('../../data', import.meta.url))
/** Asked of the file system, as what tells of changes by itself does not work on all of them. */
const LOOK_EVERY_MS = 300

export interface DefinitionFiles {
  /** Differs when a file does. */
  readonly look: () => Promise<string>
  readonly load: () => Promise<Definitions>
}

export const definitionFiles: DefinitionFiles = {
  look: async () => {
    // A directory that goes away meanwhile is missed at the next look.
    const entries = await readdir(DIRECTORY, { recursive: true, withFileTypes: true }).catch(
      () => [],
    )
    const files = entries.filter(({ name }) => /(?<!\.test)\.(ts|avsc)$/.test(name))
    const looks = files.map(async ({ parentPath, name }) => {
      const file = join(parentPath, name)
      const found = await stat(file).catch(() => undefined)
      return `${file} ${found?.mtimeMs} ${found?.size}`
    })
    return (await Promise.all(looks)).sort().join('\n')
  },
  load: () => withFreshModules(checkDefinitions),
}

export interface Told {
  /** Wrong definitions: what `windrow check` says of them. Those that run go on. */
  readonly onWrong: (findings: readonly Finding[]) => void
  /** Right again, and the same as those that run. */
  readonly onRight: () => void
}

export class DefinitionsWatch {
  readonly #files: DefinitionFiles
  readonly #clock: Clock
  readonly #told: Told
  #seen: Promise<string>
  #isWrong = false

  /** Changes are told from now on. */
  constructor(files: DefinitionFiles, clock: Clock, told: Told) {
    this.#files = files
    this.#clock = clock
    this.#told = told
    this.#seen = files.look()
  }

  /** The next definitions that are right and others than `present`; undefined once `signal` is aborted. */
  async next(present: Pipeline, signal: AbortSignal): Promise<Pipeline | undefined> {
    while (await this.#haveChanged(signal)) {
      const { pipeline, section } = await this.#files.load()
      const wrong = section.findings.filter(({ level }) => level === 'error')
      if (pipeline === undefined || wrong.length > 0) this.#told.onWrong(wrong)
      else if (JSON.stringify(pipeline) !== JSON.stringify(present)) {
        this.#isWrong = false
        return pipeline
      } else if (this.#isWrong) this.#told.onRight()
      this.#isWrong = wrong.length > 0
    }
    return undefined
  }

  /** Waits until files differ, and are the same twice: none is half written then. False: told to end. */
  async #haveChanged(signal: AbortSignal): Promise<boolean> {
    const before = await this.#seen
    let last = before
    while (!signal.aborted) {
      await this.#clock.sleep(LOOK_EVERY_MS, signal)
      const now = await this.#files.look()
      if (now !== before && now === last) {
        this.#seen = Promise.resolve(now)
        return !signal.aborted
      }
      last = now
    }
    return false
  }
}
