// What an error of SQLite, or of the file system below it, means for a store that is a file: wait, or mend something.
import { RefusedError, UnavailableError } from '../kit/errors.ts'

const LOCKED = /SQLITE_(BUSY|LOCKED)|database is locked/
const FULL = /SQLITE_FULL|ENOSPC|EDQUOT/
/** A disk that stumbles. */
const STUMBLES = /SQLITE_IOERR|EIO\b|ESTALE/
const UNUSABLE =
  /SQLITE_(READONLY|CANTOPEN|NOTADB|CORRUPT|PERM)|ConnectionFailed|E(EXIST|ACCES|NOTDIR|PERM|ROFS)\b/

/** The error in the words of the ports, or as it is: a bug. `name` is what the file has: "events". */
export function sqliteError(name: string, file: string, error: unknown): unknown {
  const { code, message } = error as { code?: string; message: string }
  const text = `${code ?? ''} ${message}`
  const store = `the ${name} file ${file}`
  const busy = { cause: error, store, reason: 'busy' } as const
  if (LOCKED.test(text))
    return new UnavailableError(`The ${name} file ${file} is locked by another process.`, busy)
  if (FULL.test(text))
    return new UnavailableError(
      `The disk of the ${name} file ${file} is full: ${message}. Free space there.`,
      busy,
    )
  if (STUMBLES.test(text))
    return new UnavailableError(
      `The disk of the ${name} file ${file} does not work as it should: ${message}.`,
      busy,
    )
  if (UNUSABLE.test(text))
    return new RefusedError(
      `The ${name} file ${file} cannot be used: ${message}. ` +
        'Mend its permissions, or set WINDROW_DATA to another directory.',
    )
  return error
}

/** Runs `action` with SQLite's errors in the words of the ports. */
export function asSqliteErrors<T>(name: string, file: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw sqliteError(name, file, error)
  }
}
