// What an error of the file system or of SQLite means for a job that keeps its checkpoints in a directory.
import { RefusedError, UnavailableError } from '../../kit/errors.ts'

const FULL = /ENOSPC|EDQUOT|SQLITE_FULL/
/** Passes, as a disk that stumbles, or a lock that a frozen process still has. */
const BUSY = /EIO|ESTALE|SQLITE_(BUSY|LOCKED|IOERR)|database is locked/
const UNUSABLE =
  /EACCES|EPERM|EROFS|ENOTDIR|EEXIST|EISDIR|ENOENT|SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|ConnectionFailed/
const BROKEN = /SQLITE_(NOTADB|CORRUPT)|not a database|malformed/

/** The error in the words of the port, or as it is: a bug. */
export function directoryError(directory: string, error: unknown): unknown {
  const { code = '', message } = error as { code?: string; message: string }
  const text = `${code} ${message}`
  const where = `The directory of checkpoints ${directory}`
  const busy = { cause: error, store: `the checkpoints in ${directory}`, reason: 'busy' } as const
  if (FULL.test(text))
    return new UnavailableError(`${where} is on a full disk: ${message}.\n  Free some space.`, busy)
  if (BROKEN.test(text))
    return new RefusedError(
      `${where} has a damaged lease.db: ${message}.\n  Stop all instances of the job and delete lease.db there.`,
    )
  if (UNUSABLE.test(text))
    return new RefusedError(
      `${where} cannot be used: ${message}.\n` +
        '  Mend its permissions, or set WINDROW_DATA to another directory.',
    )
  if (BUSY.test(text)) return new UnavailableError(`${where} cannot be used now: ${message}.`, busy)
  return error
}
