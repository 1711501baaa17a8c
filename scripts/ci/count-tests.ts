// Counts tests from the results of vitest's JSON reporter. Nothing that went wrong counts as zero
// failures.
import { z } from '../../kit/zod.cjs'

const schema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
})

export interface Count {
  readonly passed: number
  readonly failed: number
}

/** `json` is undefined when the run did not get so far as to write its results. */
export function countTests(json: unknown, exitCode: number): Count {
  if (json === undefined) return { passed: 0, failed: 1 }
  const results = schema.parse(json)
  // A file that cannot be loaded, or whose hooks throw, is failed though none of its tests is: it
  // counts as one.
  const failedFiles = results.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  const failed = results.numFailedTests + failedFiles.length
  // Such as an error that no test awaited, or a service that could not be had.
  const other = exitCode !== 0 && failed === 0 ? 1 : 0
  return { passed: results.numPassedTests, failed: failed + other }
}
