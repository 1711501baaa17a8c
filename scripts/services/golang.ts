// The installed Go, and the servers that `go install` builds with it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cached, installLog, installOnce, isCached } from './cache.ts'
import { run, which } from './run.ts'
import type { Availability, InstallContext } from './service.ts'

export const golang = (): string | undefined => which('go')

export const howToGetGo = 'https://go.dev/dl, or `brew install go`, or `apt-get install golang`'

export interface GoProgram {
  /** In the cache: a directory with the program in it. */
  readonly cacheName: string
  /** What `go install` is given: `path@version`. */
  readonly module: string
  /** Where in it the linker writes the version, `variable=value`. */
  readonly versionIn: string
  /** The program that comes out. */
  readonly program: string
  /** For people: "a minute". */
  readonly takes: string
}

export const goBinary = ({ cacheName, program }: GoProgram): string =>
  join(cached(cacheName), program)

export function goAvailability({ cacheName, takes }: GoProgram): Availability {
  if (isCached(cacheName)) return { state: 'ready', how: 'built with Go' }
  if (golang() !== undefined) return { state: 'installable', how: `builds it with Go, ${takes}` }
  return { state: 'missing', how: `built with Go, which is not installed: ${howToGetGo}` }
}

export async function goInstall(wanted: GoProgram, context: InstallContext): Promise<void> {
  const { cacheName, module, versionIn, program } = wanted
  await installOnce(cacheName, context, async (dir) => {
    const args = ['install', '-ldflags', `-s -w -X ${versionIn}`, module]
    const env = { GOBIN: dir, GOFLAGS: '' }
    const label = 'builds with Go'
    await run(
      { label, command: golang() ?? 'go', args, env, logFile: installLog(cacheName) },
      context,
    )
    if (!existsSync(join(dir, program)))
      throw new Error(`${label}: no ${program} came out in ${dir}`)
  })
}
