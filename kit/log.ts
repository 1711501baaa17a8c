// Log lines for people, on standard error, so that standard output stays for results.
import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'
import { masked } from './secrets.ts'
import { hasColours } from './terminal.ts'

export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'debug'>

/** A log whose lines begin with the program's name. `WINDROW_LOG=json` writes JSON lines instead. No secret is in it. */
export function createLog(program: string): Log {
  const level = process.env.WINDROW_LOG_LEVEL ?? 'info'
  const options = { name: program, level, hooks: { streamWrite: masked } }
  if (process.env.WINDROW_LOG === 'json')
    return pino(options, pino.destination({ dest: 2, sync: true }))
  const stream = pretty({
    destination: 2,
    sync: true,
    colorize: hasColours(process.stderr),
    ignore: 'pid,hostname,name',
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: `${program}: {msg}`,
  })
  return pino(options, stream)
}

/** The same log, with something done before each line: a line that is refreshed in place is cleared first. */
export function logAfter(before: () => void, log: Log): Log {
  const wrap = (level: keyof Log): Log['info'] =>
    ((...parts: Parameters<Log['info']>) => {
      before()
      log[level](...parts)
    }) as Log['info']
  return { info: wrap('info'), warn: wrap('warn'), error: wrap('error'), debug: wrap('debug') }
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }
