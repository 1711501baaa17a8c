import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isProcessGone, processMark } from './process-mark.ts'

// Where the system does not tell, nothing is ever sure.
describe.skipIf(!existsSync('/proc/self/stat'))('the mark of a process', () => {
  const own = processMark()
  const [scope, pid, start] = own.split(' ')

  it('is the same as long as it runs, and short enough to be kept', () => {
    expect(processMark()).toBe(own)
    expect(own.length).toBeLessThan(200)
    expect(isProcessGone(own)).toBe(false)
  })

  it('tells one that has ended, also where its number is used again', () => {
    const ended = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim()
    expect(isProcessGone(`${scope} ${ended} 1`)).toBe(true)
    expect(isProcessGone(`${scope} ${pid} ${Number(start) - 1}`)).toBe(true)
  })

  it.each(['', 'unknown', `another-boot/pid:[1] ${pid} 1`])('is not sure of "%s"', (mark) => {
    expect(isProcessGone(mark)).toBe(false)
  })
})
