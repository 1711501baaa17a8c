// The cache of downloaded and built servers, outside of the clone. A directory in it is complete or
// absent: it is made under another name and moved in place; its name has the version, so that a new
// version is got by itself.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { withLock } from './lock.ts'
import type { InstallContext } from './service.ts'

/** `WINDROW_SERVICES`, else `windrow/services` of the user's cache directory. */
export function cacheDir(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.WINDROW_SERVICES) return resolve(environment.WINDROW_SERVICES)
  const caches = environment.XDG_CACHE_HOME || join(homedir(), '.cache')
  return join(caches, 'windrow', 'services')
}

/** Where a version is, or will be. */
export const cached = (name: string): string => join(cacheDir(), name)

export const isCached = (name: string): boolean => existsSync(cached(name))

/** The log of getting it. */
export const installLog = (name: string): string => join(cacheDir(), 'logs', `${name}.log`)

/**
 * Makes the directory `name` of the cache by `build`, once, also when several processes ask at a
 * time.
 */
export async function installOnce(
  name: string,
  context: InstallContext,
  build: (dir: string) => Promise<void>,
): Promise<void> {
  await withLock(join(cacheDir(), `${name}.lock`), context, async () => {
    if (isCached(name)) return
    // We hold the lock: an unfinished one was left by a process that died.
    const dir = join(cacheDir(), `.${name}.unfinished`)
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir, { recursive: true })
    rmSync(installLog(name), { force: true })
    try {
      await build(dir)
      renameSync(dir, cached(name))
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
}
