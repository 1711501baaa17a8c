// What a MySQL or MariaDB error means for the one who reads it: wait, or mend a variable. Passwords are never in it.
import { RefusedError, rootCause, UnavailableError } from '../kit/errors.ts'
import type { MysqlSettings } from './settings.ts'
import { tlsTrouble } from './tls-errors.ts'

/** What is kept in MySQL, in the words of its errors. */
export interface MysqlContents {
  /** "demographics": the store has them, or has none yet. */
  readonly name: string
  /** How they come into a database that has none: "run `…`". */
  readonly filledBy: string
  /** Where they are kept otherwise: "Without X they are in Y." */
  readonly otherwise: string
}

/** The part of mysql2's errors that is looked at. */
interface ServerError extends Error {
  readonly code?: string
  readonly errno?: number
  readonly sqlState?: string
}

/** Two transactions met; the one that lost may be run again as it was. */
const CONFLICTS = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD'])

export const isConflict = (error: unknown): boolean =>
  CONFLICTS.has((error as ServerError).code ?? '')

/** The server is there and asks for patience: too many connections, shutting down, full disk, a killed connection. */
const BUSY = new Set([
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_USER_LIMIT_REACHED',
  'ER_SERVER_SHUTDOWN',
  'ER_NORMAL_SHUTDOWN',
  'ER_SHUTDOWN_COMPLETE',
  'ER_CONNECTION_KILLED',
  'ER_QUERY_INTERRUPTED',
  'ER_DISK_FULL',
  'ER_RECORD_FILE_FULL',
  'ER_OUT_OF_RESOURCES',
  'ER_CANT_LOCK',
])

const LOST =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|PROTOCOL_|HANDSHAKE_SSL)/

/** mysql2 gives no code where a statement meets a connection that has just been closed. */
const LOST_WITHOUT_CODE = /connection is in closed state|Connection lost|socket has been ended/

/** The error in the words of the port, or as it is: a bug. */
export function mysqlError(
  settings: MysqlSettings,
  contents: MysqlContents,
  error: unknown,
): unknown {
  if (error instanceof RefusedError || error instanceof UnavailableError) return error
  const known = error as ServerError
  const code = known.code ?? ''
  const refusal = refusalOf(settings, contents, code, known.message)
  if (refusal !== undefined) return new RefusedError(`${refusal}\n  ${known.message}`)
  const trouble = settings.tls && tlsTrouble(known, { store: 'MYSQL', address: 'MYSQL_HOST' })
  if (trouble !== undefined)
    return new RefusedError(
      `MySQL ${settings.host}:${settings.port} is not connected to: ${trouble}\n  ${known.message}`,
    )
  const store = `MySQL at ${settings.host}:${settings.port}`
  const where = `The store of ${contents.name} (MySQL ${settings.host}:${settings.port})`
  if (BUSY.has(code) || CONFLICTS.has(code))
    return new UnavailableError(`${where} is busy: ${known.message}`, {
      cause: error,
      store,
      reason: 'busy',
    })
  if (LOST.test(code) || LOST_WITHOUT_CODE.test(known.message ?? ''))
    return new UnavailableError(
      `${where} cannot be reached: ${rootCause(error)}.\n` +
        '  Is the server running, and are MYSQL_HOST and MYSQL_PORT right? ' +
        contents.otherwise,
      { cause: error, store },
    )
  return error
}

/** What grants the one right that the server names: "SELECT command denied to user 'a'@'b' for table `c`.`d`". */
function grantOf(message: string, database: string, user: string): string | undefined {
  const denied =
    /^([A-Z][A-Z, ]*) command denied .* for table [`']?(?:[^`'.]+[`']?\.[`']?)?([^`'.]+)/
  const [, rights, table] = denied.exec(message) ?? []
  return rights && `GRANT ${rights} ON \`${database}\`.\`${table}\` TO '${user}'`
}

function refusalOf(
  { host, port, user, database, tls }: MysqlSettings,
  { name, filledBy }: MysqlContents,
  code: string,
  message: string,
): string | undefined {
  const server = `MySQL ${host}:${port}`
  const grant = `GRANT ALL ON \`${database}\`.* TO '${user}'`
  switch (code) {
    case 'ER_ACCESS_DENIED_ERROR':
    case 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR':
      return `${server} refuses user "${user}": mend MYSQL_PASSWORD (or MYSQL_USER)${orEncrypt(tls)}.`
    case 'ER_DBACCESS_DENIED_ERROR':
      return (
        `${server}: user "${user}" has no rights on database "${database}", or there is no such database: ` +
        `mend MYSQL_DATABASE or MYSQL_USER, or let an administrator run ` +
        `CREATE DATABASE IF NOT EXISTS \`${database}\`; ${grant}.`
      )
    case 'ER_TABLEACCESS_DENIED_ERROR':
    case 'ER_COLUMNACCESS_DENIED_ERROR':
    case 'ER_SPECIFIC_ACCESS_DENIED_ERROR':
      return (
        `${server}: user "${user}" may not do this in database "${database}": ` +
        `mend MYSQL_USER, or let an administrator run ${grantOf(message, database, user) ?? grant}.`
      )
    case 'ER_BAD_DB_ERROR':
      return `${server} has no database "${database}": mend MYSQL_DATABASE, ` + `or ${filledBy}.`
    case 'ER_NO_SUCH_TABLE':
      return (
        `${server}: database "${database}" has no ${name} yet: ` +
        `${filledBy}, or mend MYSQL_DATABASE.`
      )
    case 'ER_HOST_NOT_PRIVILEGED':
    case 'ER_HOST_IS_BLOCKED':
      return `${server} takes no connections from this machine: mend MYSQL_HOST, or the user's host.`
    case 'ER_NOT_SUPPORTED_AUTH_MODE':
    case 'AUTH_SWITCH_PLUGIN_ERROR':
      return `${server} wants user "${user}" to log in in a way windrow cannot: mend MYSQL_USER.`
    case 'ER_OPTION_PREVENTS_STATEMENT':
    case 'ER_READ_ONLY_MODE':
      return `${server} is read-only (a replica?): set MYSQL_HOST to the server that takes writes.`
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return `${server} does not encrypt connections: switch that on there (ssl_cert, ssl_key), or set MYSQL_TLS=off.`
    case 'ER_SECURE_TRANSPORT_REQUIRED':
      return `${server} takes encrypted connections only: set MYSQL_TLS=on.`
  }
  return undefined
}

/** A server says of a user who must encrypt, or show a certificate, no more than that it is refused. */
function orEncrypt(tls: MysqlSettings['tls']): string {
  if (tls === undefined) return ', or set MYSQL_TLS=on where the user must encrypt'
  if (tls.client === undefined) return ', or set MYSQL_CERT_FILE where the user must show one'
  return ''
}
