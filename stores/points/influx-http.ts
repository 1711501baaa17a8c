// One HTTP request to InfluxDB outside of writing: the address, the token, errors in our words.
import { formatDuration } from '../../kit/duration.ts'
import { failureError, unreachableError } from './influx-errors.ts'
import { fetchTrusting } from './influx-fetch.ts'
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
  const watch = silenceWatch(settings.timeoutMs ?? DEFAULT_TIMEOUT_MS)
  let response: Response
  try {
    response = watch.over(
      await fetchTrusting(settings.ca, `${settings.url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers,
        signal: watch.signal,
        ...(body === undefined ? {} : { body }),
      }),
    )
  } catch (error) {
    watch.end()
    throw unreachableError(settings, doing, error)
  }
  if (response.ok || request.alsoOk?.includes(response.status)) return response
  throw await responseError(settings, doing, response)
}

/** Aborts when nothing comes for `timeoutMs`, also in the middle of a body. */
function silenceWatch(timeoutMs: number) {
  const silent = new AbortController()
  const timer = setTimeout(
    () => silent.abort(new Error(`no answer within ${formatDuration(timeoutMs)}`)),
    timeoutMs,
  )
  // A body that is not read to its end must not hold the process.
  timer.unref()
  const end = () => clearTimeout(timer)
  return {
    signal: silent.signal,
    end,
    over: (response: Response): Response => {
      timer.refresh()
      if (response.body === null) {
        end()
        return response
      }
      const watched = new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          timer.refresh()
          controller.enqueue(chunk)
        },
        flush: end,
      })
      return new Response(response.body.pipeThrough(watched), response)
    },
  }
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
  const { error_message, line_number, original_line } = (data ?? {}) as Record<string, unknown>
  if (typeof error_message !== 'string') return undefined
  const line = typeof original_line === 'string' ? ` (${original_line.slice(0, 120)})` : ''
  return line_number === undefined ? error_message : `line ${line_number}${line}: ${error_message}`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
