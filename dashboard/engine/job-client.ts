// Asks the job how it is, over HTTP: the one way the dashboard knows of it.
import { rootCause } from '../../kit/errors.ts'
import { masked } from '../../kit/secrets.ts'
import type { JobLink } from './api.ts'
import { type JobStatus, jobStatusOf } from './status.ts'

const ANSWERS_WITHIN_MS = 2_000

export type Asked =
  | { readonly state: 'answers'; readonly status: JobStatus }
  | { readonly state: Exclude<JobLink['state'], 'answers' | 'unknown'>; readonly message: string }

const OFF =
  'The job tells nothing of itself: http is off in streaming/config/streaming.yaml. Give it a port there and start the job again.'

/** `url`: "http://127.0.0.1:4100"; undefined: it serves nothing. Never rejects. */
export async function askJob(url: string | undefined): Promise<Asked> {
  if (url === undefined) return { state: 'off', message: OFF }
  let response: Response
  try {
    const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS)
    response = await fetch(new URL('/status', url), { signal, redirect: 'error' })
  } catch (error) {
    return { state: 'away', message: masked(`No job answers at ${url} (${reasonOf(error)}).`) }
  }
  const status = jobStatusOf(await response.json().catch(() => undefined))
  if (status !== undefined) return { state: 'answers', status }
  const got = `expected the status of a windrow job, got HTTP ${response.status} and something else`
  return { state: 'strange', message: `What answers at ${url} is no job: ${got}.` }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `no answer within ${ANSWERS_WITHIN_MS / 1000} s`
  return rootCause(error)
}
