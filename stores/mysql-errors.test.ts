import { describe, expect, it } from 'vitest'
import { RefusedError, UnavailableError } from '../kit/errors.ts'
import { isConflict, mysqlError } from './mysql-errors.ts'

const settings = {
  host: 'db.example',
  port: 3307,
  user: 'loader',
  password: 'a-secret',
  database: 'shop',
}
const contents = {
  name: 'demographics',
  filledBy: 'run `windrow seed`',
  otherwise: 'Without MYSQL_HOST they are elsewhere.',
}
const told = (code: string, message = 'as the server says') =>
  mysqlError(settings, contents, Object.assign(new Error(message), { code })) as Error

describe('errors of MySQL', () => {
  it.each([
    ['ER_ACCESS_DENIED_ERROR', /MySQL db\.example:3307 refuses user "loader": mend MYSQL_PASSWORD/],
    ['ER_DBACCESS_DENIED_ERROR', /no rights on database "shop".* mend MYSQL_DATABASE/],
    ['ER_TABLEACCESS_DENIED_ERROR', /may not do this.*GRANT ALL ON `shop`\.\* TO 'loader'/],
    ['ER_BAD_DB_ERROR', /no database "shop": mend MYSQL_DATABASE/],
    ['ER_NO_SUCH_TABLE', /run `windrow seed`/],
    ['ER_OPTION_PREVENTS_STATEMENT', /read-only.*MYSQL_HOST/],
  ])('%s is refused, with what to mend', (code, message) => {
    const error = told(code)
    expect(error).toBeInstanceOf(RefusedError)
    expect(error.message).toMatch(message)
    expect(error.message).toContain('as the server says')
    expect(error.message).not.toContain('a-secret')
  })

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'PROTOCOL_CONNECTION_LOST', 'EAI_AGAIN'])(
    '%s is waited for, and says where and what to look at',
    (code) => {
      const error = told(code, 'connection trouble')
      expect(error).toBeInstanceOf(UnavailableError)
      expect(error.message).toMatch(/MySQL db\.example:3307.*connection trouble.*MYSQL_HOST/s)
    },
  )

  it.each(['ER_CON_COUNT_ERROR', 'ER_SERVER_SHUTDOWN', 'ER_DISK_FULL', 'ER_LOCK_DEADLOCK'])(
    '%s is waited for',
    (code) => expect(told(code)).toBeInstanceOf(UnavailableError),
  )

  it('knows a closed connection that has no code', () => {
    const error = new Error("Can't add new command when connection is in closed state")
    expect(mysqlError(settings, contents, error)).toBeInstanceOf(UnavailableError)
  })

  it('knows transactions that met, and leaves a bug as it is', () => {
    expect(isConflict(Object.assign(new Error(), { code: 'ER_LOCK_DEADLOCK' }))).toBe(true)
    const bug = Object.assign(new Error(), { code: 'ER_PARSE_ERROR' })
    expect(isConflict(bug)).toBe(false)
    expect(mysqlError(settings, contents, bug)).toBe(bug)
  })
})
