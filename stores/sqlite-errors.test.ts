import { expect, it } from 'vitest'
import { RefusedError, UnavailableError } from '../kit/errors.ts'
import { asSqliteErrors, sqliteError } from './sqlite-errors.ts'

const told = (code: string) =>
  sqliteError(
    'events',
    '/d/events.db',
    Object.assign(new Error('as SQLite says'), { code }),
  ) as Error

it.each([
  ['SQLITE_BUSY', /locked by another process/],
  ['SQLITE_FULL', /is full: as SQLite says\. Free space there/],
  ['ENOSPC', /is full/],
  ['SQLITE_IOERR_WRITE', /does not work as it should: as SQLite says/],
])('%s is waited for', (code, message) => {
  expect(told(code)).toBeInstanceOf(UnavailableError)
  expect(told(code).message).toMatch(message)
  expect(told(code).message).toContain('/d/events.db')
})

it.each(['SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_CORRUPT', 'EACCES'])(
  '%s is refused, with what to mend',
  (code) => {
    expect(told(code)).toBeInstanceOf(RefusedError)
    expect(told(code).message).toMatch(/WINDROW_DATA/)
  },
)

it('leaves a bug as it is', () => {
  const bug = Object.assign(new Error('near "SELCT"'), { code: 'SQLITE_ERROR' })
  const failing = () => {
    throw bug
  }
  expect(() => asSqliteErrors('events', 'f', failing)).toThrow(bug)
})
