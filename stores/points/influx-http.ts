// One HTTP request to InfluxDB outside of writing: the address, the token, errors in our words.
import { formatDuration } from '../../kit/duration.ts'
import { failureError, unreachableError } from './influx-errors.ts'
import { DEFAULT_TIMEOUT_MS, type InfluxAddress, type TokenScheme } from './influx-kind.ts'

export interface InfluxRequest {
  /** For errors: "look for the bucket". */
  readonly doing: string
  readonly path: string
  /** Given: POST, as JSON, or as a form. */
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
  readonly scheme?: TokenScheme
  /** Statuses besides 2xx that the caller reads itself. */
  readonly alsoOk?: readonly number[]
}

/** Sends it. Throws UnavailableError or RefusedError. */
export async function influxRequest(
  settings: InfluxAddress,
  request: InfluxRequest,
): Promise<Response> {
  const { doing, path, json, form } = request
  const headers: Record<string, string> = { accept: 'application/json' }
  if (settings.token !== '')
    headers.authorization = `${request.scheme ?? 'Token'} ${settings.token}`
  if (json !== undefined) headers['content-type'] = 'application/json'
  const body = json !== undefined ? JSON.stringify(json) : form && new URLSearchParams({ ...form })
  const tooLong = new AbortController()
  const timeoutMs = settings.timeoutMs ?? DEFAULT_TIMEOUT_MS
  const timer = setTimeout(
    () => tooLong.abort(new Error(`no answer within ${formatDuration(timeoutMs)}`)),
    timeoutMs,
  )
  let response: Response
  try {
    response = await fetch(`${settings.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      signal: tooLong.signal,
      ...(body === undefined ? {} : { body }),
    })
  } catch (error) {
    throw unreachableError(settings, doing, error)
  } finally {
    clearTimeout(timer)
  }
  if (response.ok || request.alsoOk?.includes(response.status)) return response
  throw await responseError(settings, doing, response)
}

/** What an answer without success means. */
export async function responseError(
  settings: InfluxAddress,
  doing: string,
  response: Response,
): Promise<Error> {
  try {
    const { status, headers, statusText } = response
    return failureError(settings, doing, {
      status,
      message: messageOf(await response.text()) || headers.get('x-influxdb-error') || statusText,
      retryAfter: headers.get('retry-after') ?? undefined,
    })
  } catch (error) {
    return unreachableError(settings, doing, error)
  }
}

/** The whole body as JSON; undefined when it is none. */
export async function jsonBody(
  settings: InfluxAddress,
  doing: string,
  response: Response,
): Promise<unknown> {
  try {
    return parseJson(await response.text())
  } catch (error) {
    throw unreachableError(settings, doing, error)
  }
}

/** The message of an error's body: InfluxDB 1 says `error`, 2 `message`, 3 `error` and what is wrong with which line. */
export function messageOf(body: string): string {
  const { error, message, data } = (parseJson(body) ?? {}) as Record<string, unknown>
  const said = [error, message, lineError(Array.isArray(data) ? data[0] : data)]
  const texts = said.filter((one) => typeof one === 'string')
  return texts.length > 0 ? texts.join(': ') : body
}

function lineError(data: unknown): unknown {
  return (data as { error_message?: unknown } | null | undefined)?.error_message
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
