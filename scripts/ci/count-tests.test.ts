import { expect, it } from 'vitest'
import { countTests } from './count-tests.ts'

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((one) => ({ status: one })),
})
const results = (...testResults: ReturnType<typeof file>[]) => {
  const all = testResults.flatMap((one) => one.assertionResults)
  return {
    numPassedTests: all.filter((one) => one.status === 'passed').length,
    numFailedTests: all.filter((one) => one.status === 'failed').length,
    testResults,
  }
}

it('counts tests', () => {
  const json = results(file('passed', 'passed', 'skipped'), file('failed', 'failed', 'passed'))
  expect(countTests(json, 1)).toEqual({ passed: 2, failed: 1 })
})

it('counts a file that could not be loaded as one failure', () => {
  expect(countTests(results(file('passed', 'passed'), file('failed')), 1)).toEqual({
    passed: 1,
    failed: 1,
  })
})

it('counts a failed run without a failed test as one failure', () => {
  expect(countTests(results(file('passed', 'passed')), 1)).toEqual({ passed: 1, failed: 1 })
})

it('counts a run without results as one failure', () => {
  expect(countTests(undefined, 0)).toEqual({ passed: 0, failed: 1 })
})
