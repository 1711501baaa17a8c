// Steps that do not need each other, at the same time; they fail as one.

type Steps<T extends readonly unknown[]> = {
  readonly [K in keyof T]: (signal: AbortSignal) => Promise<T[K]>
}

/**
 * Runs all steps and answers their results. When one fails the others' signal is aborted, as it is with `signal`; once all
 * have ended, so that nothing goes on unseen, the first failure is thrown.
 */
export async function sideBySide<T extends readonly unknown[]>(
  signal: AbortSignal,
  ...steps: Steps<T>
): Promise<T> {
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const failures: unknown[] = []
  const results = await Promise.all(
    (steps as Steps<unknown[]>).map(async (step) => {
      try {
        return await step(either)
      } catch (error) {
        failures.push(error)
        failed.abort(error)
        return undefined
      }
    }),
  )
  if (failures.length > 0) throw failures[0]
  return results as unknown as T
}
