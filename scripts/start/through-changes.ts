// Runs what a pipeline needs, and again with the next one whenever its definitions change.
import type { Pipeline } from '../../data/definitions/pipeline.ts'

/** Runs until its signal is aborted; what it promised by then is kept when it resolves. */
export type Run = (pipeline: Pipeline, signal: AbortSignal) => Promise<void>

/** The next pipeline; undefined once its signal is aborted. */
export type Next = (present: Pipeline, signal: AbortSignal) => Promise<Pipeline | undefined>

/** Until `signal` is aborted, or `run` ends by itself. Rejects as `run` does. One never runs beside the next. */
export async function throughChanges(
  first: Pipeline,
  next: Next,
  run: Run,
  signal: AbortSignal,
): Promise<void> {
  let pipeline: Pipeline | undefined = first
  while (pipeline !== undefined) {
    const turn = new AbortController()
    const end = AbortSignal.any([signal, turn.signal])
    const running = run(pipeline, end)
    running.then(
      () => turn.abort(),
      () => turn.abort(),
    )
    try {
      pipeline = await next(pipeline, end)
    } finally {
      turn.abort()
      await running
    }
    if (signal.aborted) return
  }
}
