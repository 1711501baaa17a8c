// A lock between processes, as a file: two `up`s at once build and start everything only once. A
// lock whose owner has died is taken over.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { identityOf } from './identity.ts'
import type { InstallContext } from './service.ts'

const pollMs = 200

export async function withLock<T>(
  file: string,
  { say, signal }: InstallContext,
  body: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true })
  const mine = `${process.pid} ${identityOf(process.pid)}`
  let said = false
  while (!taken(file, mine)) {
    const owner = ownerOf(file)
    if (owner.alive) {
      if (!said) say(`waits for process ${owner.text.split(' ')[0]}, which is at it already`)
      said = true
      await delay(pollMs, undefined, { signal })
    } else if (ownerOf(file).text === owner.text) {
      rmSync(file, { force: true })
    }
  }
  try {
    return await body()
  } finally {
    rmSync(file, { force: true })
  }
}

function taken(file: string, mine: string): boolean {
  try {
    writeFileSync(file, mine, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function ownerOf(file: string): { text: string; alive: boolean } {
  try {
    const text = readFileSync(file, 'utf8')
    // An empty lock is being written at this moment.
    if (text === '') return { text, alive: true }
    const space = text.indexOf(' ')
    return { text, alive: identityOf(Number(text.slice(0, space))) === text.slice(space + 1) }
  } catch {
    return { text: '', alive: false }
  }
}
