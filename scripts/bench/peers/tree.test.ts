import { describe, expect, test } from 'vitest'
import { childrensSeconds, runTree } from './tree.ts'

const never = new AbortController().signal

describe('CPU time by the shell', () => {
  test('is that of its children, user and system', () => {
    expect(childrensSeconds('0m0.001s 0m0.002s\n1m2.500s 0m0.250s\n')).toBeCloseTo(62.75)
  })

  test('is read where the decimal mark is a comma', () => {
    expect(childrensSeconds('0m0,000s 0m0,000s\n0m1,500s 0m0,500s\n')).toBeCloseTo(2)
  })

  test('is refused when it is something else', () => {
    expect(() => childrensSeconds('no times')).toThrow('expected the output of "times"')
  })
})

describe('a program', () => {
  test('is run in its environment, under another command', async () => {
    const used = await runTree(
      { argv: ['sh', '-c', 'echo "$WORD $1"', 'sh', 'two words'], env: { WORD: 'said' } },
      ['env', 'LC_ALL=C'],
      never,
    )
    expect(used.output).toBe('said two words\n')
    expect(used.cpuS).toBeGreaterThanOrEqual(0)
  })

  test('that fails is told with its words', async () => {
    const failing = { argv: ['sh', '-c', 'echo what is wrong >&2; exit 3'], env: {} }
    await expect(runTree(failing, [], never)).rejects.toThrow('sh ended with 3:\nwhat is wrong')
  })

  test('is ended with all it started when nobody waits any more', async () => {
    const stop = new AbortController()
    const running = runTree({ argv: ['sh', '-c', 'sleep 60; true'], env: {} }, [], stop.signal)
    stop.abort()
    await expect(running).rejects.toThrow('abort')
  })
})
