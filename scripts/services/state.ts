// What `up` remembers of a server it started, one JSON file each. A record counts only while that
// very process lives: after a crash, a kill or a reboot the server reads as stopped.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from '../../kit/zod.cjs'
import { identityOf } from './identity.ts'

const schema = z.object({
  pid: z.number().int().positive(),
  /** See `identityOf`. */
  identity: z.string(),
  ports: z.record(z.string(), z.number().int()),
  /** As the server itself reports it; '' until it is ready. */
  version: z.string(),
  /** Where the program came from. */
  how: z.string(),
  /** Whether what clients expect has been created. */
  ready: z.boolean(),
})

export type ServerState = z.output<typeof schema>

export const serverDir = (dir: string, name: string): string => join(dir, name)
export const logFile = (dir: string, name: string): string => join(dir, name, 'log.txt')
const stateFile = (dir: string, name: string): string => join(dir, name, 'state.json')

/** The server's record when its process lives; a stale or unreadable record is none. */
export function runningState(dir: string, name: string): ServerState | undefined {
  const state = readState(dir, name)
  return state !== undefined && identityOf(state.pid) === state.identity ? state : undefined
}

function readState(dir: string, name: string): ServerState | undefined {
  const file = stateFile(dir, name)
  if (!existsSync(file)) return undefined
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

export function writeState(dir: string, name: string, state: ServerState): void {
  mkdirSync(serverDir(dir, name), { recursive: true })
  const file = stateFile(dir, name)
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}

export function removeState(dir: string, name: string): void {
  rmSync(stateFile(dir, name), { force: true })
}
