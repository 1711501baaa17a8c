// Debian's and Ubuntu's packages, installed only where we are root already: we never ask for more
// rights.
import { join } from 'node:path'
import { cacheDir, installLog } from './cache.ts'
import { withLock } from './lock.ts'
import { run, which } from './run.ts'
import type { InstallContext } from './service.ts'

export const canUseApt = (): boolean => process.getuid?.() === 0 && which('apt-get') !== undefined

export async function aptInstall(
  packages: readonly string[],
  context: InstallContext,
): Promise<void> {
  const logFile = installLog(`apt-${packages[0]}`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const lockWait = '-oDPkg::Lock::Timeout=300'
  const command = 'apt-get'
  await withLock(join(cacheDir(), 'apt.lock'), context, async () => {
    const label = 'updates the list of packages'
    await run({ label, command, args: ['update', '-q', lockWait], env, logFile }, context)
    const args = ['install', '-y', '-q', '--no-install-recommends', lockWait, ...packages]
    // Not to be interrupted: a package half installed is worse than half a minute of waiting.
    const toItsEnd = { ...context, signal: new AbortController().signal }
    await run({ label: `installs ${packages.join(', ')}`, command, args, env, logFile }, toItsEnd)
  })
}
