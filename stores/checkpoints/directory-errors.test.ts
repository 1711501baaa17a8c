import { describe, expect, it } from 'vitest'
import { RefusedError, UnavailableError } from '../../kit/errors.ts'
import { directoryError } from './directory-errors.ts'

const told = (code: string, message = 'as the system says') =>
  directoryError('/data/job', Object.assign(new Error(message), { code })) as Error

describe('errors of a directory of checkpoints', () => {
  it.each([
    ['ENOSPC', /full disk: as the system says\.\n {2}Free some space/],
    ['SQLITE_FULL', /full disk/],
    ['EDQUOT', /full disk/],
    ['SQLITE_BUSY', /cannot be used now/],
    ['EIO', /cannot be used now/],
  ])('%s is waited for', (code, message) => {
    expect(told(code)).toBeInstanceOf(UnavailableError)
    expect(told(code).message).toMatch(message)
  })

  it('one that is waited for names the store in a few words, for those who show what is waited for', () => {
    expect(told('ENOSPC')).toMatchObject({ store: 'the checkpoints in /data/job', reason: 'busy' })
  })

  it.each([
    ['EACCES', /\/data\/job cannot be used.*set WINDROW_DATA/s],
    ['EROFS', /cannot be used/],
    ['SQLITE_CANTOPEN', /cannot be used/],
    ['SQLITE_NOTADB', /damaged lease\.db.*delete lease\.db/s],
  ])('%s is refused, with what to do', (code, message) => {
    expect(told(code)).toBeInstanceOf(RefusedError)
    expect(told(code).message).toMatch(message)
  })

  it('leaves a bug as it is', () => {
    const bug = new TypeError('x is not a function')
    expect(directoryError('/data/job', bug)).toBe(bug)
  })
})
